package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;

/**
 * Inference as graft serves it, from tensors of images to arrays of logits: some batches, which
 * callers that share the network take in turns.
 */
final class GraftPredict implements Workload {
  private final Spec spec;
  private final Inference inference;
  private final Tensor images;
  private final Callers callers;

  GraftPredict(Spec spec) {
    this.spec = spec;
    try (Classifier classifier = Classifier.load(spec.path("model"), Device.CPU)) {
      inference = classifier.inference(Precision.fastest(Device.CPU));
    }
    images = images(spec.input());
    callers = new Callers(spec);
  }

  private Tensor images(FloatBuffer input) {
    try (Tensor rows = Tensor.ofBuffer(input, spec.shape())) {
      return rows.to(MemoryFormat.CHANNELS_LAST); // as graft's image pipeline writes them
    }
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
    FloatBuffer logits = FloatBuffer.allocate(Spec.SHOWN * Spec.CLASSES.size());
    for (FloatBuffer input : spec.shown()) {
      try (Tensor batch = images(input)) {
        logits.put(predict(batch));
      }
    }
    return logits.array();
  }

  @Override
  public void close() {
    callers.close();
    images.close();
    inference.close();
  }
}
