package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;

/** Inference as graft serves it, from a tensor of images to an array of logits. */
final class GraftPredict implements Workload {
  private final Inference inference;
  private final Tensor images;
  private float[] logits = {};

  GraftPredict(Spec spec) {
    try (Classifier classifier = Classifier.load(spec.path("model"), Device.CPU)) {
      inference = classifier.inference(Precision.fastest(Device.CPU));
    }
    images = Tensor.ofBuffer(spec.input(), spec.shape());
  }

  @Override
  public void once() {
    try (Tensor result = inference.forward(images)) {
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
    inference.close();
  }
}
