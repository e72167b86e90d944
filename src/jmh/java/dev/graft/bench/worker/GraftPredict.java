package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Inference as graft serves it, from a tensor of images to an array of logits. Several callers
 * share the network, each with its part of the batch.
 */
final class GraftPredict implements Workload {
  private final Inference inference;
  private final Tensor images;
  private final List<Tensor> parts = new ArrayList<>();
  private final ExecutorService callers;
  private float[] logits = {};

  GraftPredict(Spec spec) {
    try (Classifier classifier = Classifier.load(spec.path("model"), Device.CPU)) {
      inference = classifier.inference(Precision.fastest(Device.CPU));
    }
    try (Tensor rows = Tensor.ofBuffer(spec.input(), spec.shape())) {
      images = rows.to(MemoryFormat.CHANNELS_LAST); // as graft's image pipeline writes them
    }
    int count = spec.number("callers");
    long part = spec.number("batch") / count;
    for (int i = 0; i < count; i++) {
      parts.add(images.narrow(0, i * part, part));
    }
    callers = Executors.newFixedThreadPool(count);
  }

  @Override
  public void once() {
    if (parts.size() == 1) {
      logits = predict(images);
      return;
    }
    List<Future<float[]>> answers = new ArrayList<>();
    parts.forEach(part -> answers.add(callers.submit(() -> predict(part))));
    float[][] rows = new float[parts.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = get(answers.get(i));
    }
    logits = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, logits, i * rows[i].length, rows[i].length);
    }
  }

  private float[] predict(Tensor part) {
    try (Tensor result = inference.forward(part)) {
      return result.toFloatArray();
    }
  }

  private static float[] get(Future<float[]> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public float[] answer() {
    once();
    return logits;
  }

  @Override
  public void close() {
    callers.shutdown();
    parts.forEach(Tensor::close);
    images.close();
    inference.close();
  }
}
