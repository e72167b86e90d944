package dev.graft.cli;

import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which trained model answers, where and how exactly. */
final class TrainedModelOptions {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A model.pt that graft saved.")
  private Path model;

  @Option(names = "--device", description = "cpu, cuda, cuda:N or auto.")
  private String device = "auto";

  @Option(names = "--precision", description = PrecisionOption.DESCRIPTION)
  private PrecisionOption precision = PrecisionOption.FP32;

  Path file() {
    return model;
  }

  Device device() {
    return Device.parse(device);
  }

  Precision precision() {
    return precision.on(device());
  }
}
