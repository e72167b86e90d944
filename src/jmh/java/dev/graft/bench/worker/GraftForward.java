package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.torch.Autocast;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;

/** A forward pass in evaluation mode through graft's wrappers. */
final class GraftForward implements Workload {
  private final Precision precision;
  private final Classifier classifier;
  private final Tensor images;

  GraftForward(Spec spec) {
    precision = spec.precision();
    classifier = Classifier.load(spec.path("model"), Device.CPU);
    classifier.module().to(MemoryFormat.CHANNELS_LAST);
    try (Tensor rows = Tensor.ofBuffer(spec.input(), spec.shape())) {
      images = rows.to(MemoryFormat.CHANNELS_LAST);
    }
  }

  @Override
  public void once() {
    try (NoGrad guard = NoGrad.open();
        Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      logits.numel();
    }
  }

  @Override
  public float[] answer() {
    return logits(classifier, images, precision);
  }

  /** The logits in evaluation mode. */
  static float[] logits(Classifier classifier, Tensor images, Precision precision) {
    classifier.eval();
    try (NoGrad guard = NoGrad.open();
        Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      return logits.toFloatArray();
    }
  }

  @Override
  public void close() {
    images.close();
    classifier.close();
  }
}
