package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.torch.Device;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;

/** Inference as graft serves it, from a tensor of images to an array of logits. */
final class GraftPredict implements Workload {
  private final Classifier classifier;
  private final Tensor images;
  private float[] logits = {};

  GraftPredict(Spec spec) {
    classifier = Classifier.load(spec.path("model"), Device.CPU);
    images = Tensor.ofBuffer(spec.input(), spec.shape());
  }

  @Override
  public void once() {
    try (NoGrad guard = NoGrad.open();
        Tensor result = classifier.forward(images)) {
      logits = result.toFloatArray();
    }
  }

  @Override
  public float[] answer() {
    once();
    return logits;
  }

  @Override
  public void close() {
    images.close();
    classifier.close();
  }
}
