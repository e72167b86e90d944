package dev.graft.bench.worker;

import dev.graft.torch.Precision;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A TorchScript module and its fixed input, held by the raw presets: the floor below graft's
 * wrappers. Pointers belong to the scope that the caller has open.
 */
final class PresetsNetwork {
  private final boolean bf16;
  final JitModule module;
  final Tensor images;

  PresetsNetwork(Path model, Precision precision, java.nio.FloatBuffer input, long... shape) {
    bf16 = precision == Precision.BF16;
    module = torch.load(model.toString());
    images =
        torch
            .from_blob(new FloatPointer(input), shape, new TensorOptions(ScalarType.Float))
            .contiguous(MemoryFormat.ChannelsLast);
    var parameters = module.parameters();
    for (var it = parameters.begin(); it.notEquals(parameters.end()); it.increment()) {
      Tensor parameter = it.access();
      if (parameter.dim() == 4) {
        parameter.set_data(parameter.contiguous(MemoryFormat.ChannelsLast));
      }
    }
  }

  PresetsNetwork(Spec spec) {
    this(spec.path("model"), spec.precision(), spec.input(), spec.shape());
  }

  /** Switches autocast to bf16 on, where that is the precision. */
  void beginCast() {
    if (bf16) {
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
    }
  }

  /** Switches it off again. */
  void endCast() {
    if (bf16) {
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
    }
  }

  Tensor forward() {
    return module.forward(new IValueVector(new IValue(images))).toTensor();
  }

  /** A forward pass without gradients. */
  void infer() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      beginCast();
      forward();
      endCast();
    }
  }

  float[] logits() {
    module.eval();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      beginCast();
      Tensor logits = forward().to(ScalarType.Float).contiguous();
      endCast();
      float[] values = new float[Math.toIntExact(logits.numel())];
      logits.data_ptr_float().get(values);
      return values;
    }
  }
}
