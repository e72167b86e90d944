package dev.graft.cli;

import dev.graft.torch.Device;
import dev.graft.torch.Precision;

/** What {@code --precision} takes. */
enum PrecisionOption {
  FP32,
  BF16,
  AUTO;

  /** The precision to compute in; says on stderr what auto chose. */
  Precision on(Device device) {
    return switch (this) {
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
      case AUTO -> {
        Precision fastest = Precision.fastest(device);
        System.err.println(
            "Precision: "
                + fastest.label()
                + (fastest == Precision.BF16
                    ? ", as this CPU has instructions for it"
                    : ", as this machine has no faster one"));
        yield fastest;
      }
    };
  }
}
