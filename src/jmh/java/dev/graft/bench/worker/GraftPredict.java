package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;

/**
 * Inference as graft serves it, from tensors of images to arrays of logits: some batches, which
 * callers that share the network take in turns.
 */
final class GraftPredict implements Workload {
  private final Inference inference;
  private final Tensor images;
  private final Callers callers;

  GraftPredict(Spec spec) {
    try (Classifier classifier = Classifier.load(spec.path("model"), Device.CPU)) {
      inference = classifier.inference(Precision.fastest(Device.CPU));
    }
    try (Tensor rows = Tensor.ofBuffer(spec.input(), spec.shape())) {
      images = rows.to(MemoryFormat.CHANNELS_LAST); // as graft's image pipeline writes them
    }
    callers = new Callers(spec);
  }

  @Override
  public void once() {
    callers.call(() -> predict(images));
  }

  private float[] predict(Tensor batch) {
    try (Tensor result = inference.forward(batch)) {
      return result.toFloatArray();
    }
  }

  @Override
  public float[] answer() {
    return predict(images);
  }

  @Override
  public void close() {
    callers.close();
    images.close();
    inference.close();
  }
}
