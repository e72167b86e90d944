package dev.graft.spark;

import dev.graft.predict.Predictor;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The predictors of this process: one for all tasks that use the same model in the same way, so
 * that they share its batches. They are closed before the process ends, as libtorch must not be
 * unloaded under threads that compute.
 */
final class ExecutorPredictors {
  private static final SharedResources<PredictorSettings, Predictor> PREDICTORS =
      new SharedResources<>(TimeUnit.MINUTES.toNanos(1), System::nanoTime);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(PREDICTORS::close, "graft-predictors-close"));
  }

  private ExecutorPredictors() {}

  /** Leases the predictor, loading it from a copy of the file if this process has it not yet. */
  static SharedResources<PredictorSettings, Predictor>.Lease lease(
      PredictorSettings settings, ModelFile file) {
    return PREDICTORS.lease(settings, missing -> load(missing, file));
  }

  private static Predictor load(PredictorSettings settings, ModelFile file) {
    try {
      Path folder = Files.createTempDirectory("graft-spark-");
      Path copy = folder.resolve("model.pt");
      try {
        file.copyTo(copy, settings.digest());
        return Predictor.load(copy, settings.config());
      } finally {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot copy "
              + file
              + " to this machine: "
              + IoProblem.of(e)
              + ". It is put into the folder that -Djava.io.tmpdir names.",
          e);
    }
  }
}
