package dev.graft.cli;

import dev.graft.distributed.RankEnvironment;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import picocli.CommandLine.Option;

/** Where is computed, and how exactly. */
final class ComputeOptions {
  @Option(names = "--device", description = "cpu, cuda, cuda:N or auto.")
  private String device = "auto";

  @Option(
      names = "--precision",
      description =
          "fp32; bf16, faster where the CPU has AVX512-BF16 or AMX; or auto, which is bf16 there and"
              + " fp32 elsewhere.")
  private PrecisionOption precision = PrecisionOption.FP32;

  Device device() {
    return Device.parse(device, RankEnvironment.localRank(System.getenv()));
  }

  Precision precision() {
    return precision.on(device());
  }
}
