package dev.graft.bench.calls;

import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The calls by the raw presets, in the plainest way that frees its memory: the floor. */
public final class PresetsCalls implements NetworkCalls {
  private final boolean bf16;
  private final JitModule module;
  private final SGD optimizer;
  private final Tensor images;
  private final Tensor labels;

  /**
   * Opens a model, the channels last.
   *
   * @param model TorchScript of two classes
   * @param precision what convolutions compute in
   * @param input the images, direct
   * @param batch how many
   */
  public PresetsCalls(Path model, Precision precision, FloatBuffer input, int batch) {
    NativeRuntime.load(); // libtorch's files in order, and as many threads
    bf16 = precision == Precision.BF16;
    try (PointerScope scope = new PointerScope()) {
      module = keep(torch.load(model.toString()));
      optimizer = keep(optimizer());
      images =
          keep(
              torch
                  .from_blob(
                      new FloatPointer(input),
                      new long[] {batch, 3, 224, 224},
                      new TensorOptions(ScalarType.Float))
                  .contiguous(MemoryFormat.ChannelsLast));
      labels =
          keep(
              torch
                  .from_blob(
                      new LongPointer(Labels.of(batch)),
                      new long[] {batch},
                      new TensorOptions(ScalarType.Long))
                  .clone());
    }
  }

  /** Takes a pointer out of the scope that it was made in. */
  private static <P extends Pointer> P keep(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  private SGD optimizer() {
    var parameters = new TensorVector();
    var all = module.parameters();
    for (var it = all.begin(); it.notEquals(all.end()); it.increment()) {
      Tensor parameter = it.access();
      if (parameter.dim() == 4) {
        parameter.set_data(parameter.contiguous(MemoryFormat.ChannelsLast));
      }
      parameters.push_back(parameter);
    }
    var options = new SGDOptions(0.001);
    options.momentum().put(0.9);
    return new SGD(parameters, options);
  }

  @Override
  public void train() {
    module.train(true);
  }

  @Override
  public void eval() {
    module.train(false);
  }

  @Override
  public long step() {
    try (PointerScope step = new PointerScope()) {
      torch.setGraphExecutorOptimize(false);
      optimizer.zero_grad();
      beginCast();
      Tensor loss = torch.cross_entropy(forward(), labels);
      endCast();
      loss.backward();
      optimizer.step();
      torch.setGraphExecutorOptimize(true);
      return loss.numel();
    }
  }

  @Override
  public long infer() {
    try (PointerScope call = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      beginCast();
      Tensor logits = forward();
      endCast();
      return logits.numel();
    }
  }

  @Override
  public float[] logits() {
    eval();
    try (PointerScope call = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      beginCast();
      Tensor logits = forward().to(ScalarType.Float).contiguous();
      endCast();
      float[] values = new float[Math.toIntExact(logits.numel())];
      logits.data_ptr_float().get(values);
      return values;
    }
  }

  private Tensor forward() {
    return module.forward(new IValueVector(new IValue(images))).toTensor();
  }

  private void beginCast() {
    if (bf16) {
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, true);
    }
  }

  private void endCast() {
    if (bf16) {
      torch.set_autocast_enabled(DeviceType.CPU, false);
      torch.clear_cache();
    }
  }

  @Override
  public void close() {
    labels.close();
    images.close();
    optimizer.close();
    module.close();
  }
}
