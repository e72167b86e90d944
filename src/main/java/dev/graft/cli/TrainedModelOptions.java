package dev.graft.cli;

import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which trained model answers, where and how exactly. */
final class TrainedModelOptions {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A model.pt that graft saved.")
  private Path model;

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  Path file() {
    return model;
  }

  Device device() {
    return compute.device();
  }

  Precision precision() {
    return compute.precision();
  }
}
