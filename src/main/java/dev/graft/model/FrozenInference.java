package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;

/**
 * A frozen copy of a module: weights as constants in the chosen precision with their channels last,
 * BatchNorm folded into the convolutions. With bfloat16 the weights are converted before, which is
 * faster than autocast, as nothing is converted while it runs.
 */
final class FrozenInference implements Inference {
  private final Module module;
  private final DType dtype;
  private final boolean frozen;

  private FrozenInference(Module copy, DType dtype) {
    this.module = frozen(copy);
    this.dtype = dtype;
    frozen = module != copy;
  }

  /** Makes one of a module that nobody else uses, which it changes and closes. */
  static FrozenInference of(Module copy, Precision precision) {
    DType dtype = precision == Precision.BF16 ? DType.BFLOAT16 : DType.FLOAT32;
    try {
      copy.eval();
      copy.to(dtype);
      copy.to(MemoryFormat.CHANNELS_LAST);
      return new FrozenInference(copy, dtype);
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
  }

  /** The module itself where libtorch cannot freeze it, which only costs speed. */
  private static Module frozen(Module module) {
    try {
      Module frozen = module.freeze();
      module.close();
      return frozen;
    } catch (TorchException e) {
      System.getLogger(FrozenInference.class.getName())
          .log(System.Logger.Level.DEBUG, "The model runs unfrozen", e);
      return module;
    }
  }

  /** Whether it is; where libtorch cannot freeze a module, the bits may be others. */
  boolean isFrozen() {
    return frozen;
  }

  @Override
  public Tensor forward(Tensor input) {
    try (NoGrad guard = NoGrad.open();
        Tensor converted = input.to(dtype);
        Tensor output = module.forward(converted)) {
      return output.to(DType.FLOAT32);
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
