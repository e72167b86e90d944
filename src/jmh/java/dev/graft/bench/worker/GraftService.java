package dev.graft.bench.worker;

import dev.graft.predict.PredictorConfig;
import dev.graft.serve.ModelServer;
import dev.graft.serve.ServedModel;
import dev.graft.serve.ServerConfig;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** graft's service, with the limits that {@code graft serve} has; others put it under load. */
final class GraftService implements Workload {
  private static final int WAITING = 256;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final ModelServer server;

  GraftService(Spec spec) {
    PredictorConfig config =
        PredictorConfig.defaults()
            .on(Device.CPU, Precision.fastest(Device.CPU))
            .withBatches(spec.number("max-batch"), Duration.ZERO)
            .withLimits(WAITING, DEADLINE);
    ServedModel model = ServedModel.load(ServiceAnswers.MODEL, spec.path("model"), config);
    server = ModelServer.start(List.of(model), ServerConfig.defaults().on("127.0.0.1", 0));
    try {
      Files.writeString(spec.path("port"), Integer.toString(server.port()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void once() {
    throw new UnsupportedOperationException("A service works when it is asked to.");
  }

  @Override
  public float[] answer() {
    throw new UnsupportedOperationException("A service answers whoever asks it.");
  }

  @Override
  public void close() {
    server.close();
  }
}
