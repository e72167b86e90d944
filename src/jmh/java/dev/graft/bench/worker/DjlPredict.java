package dev.graft.bench.worker;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * Inference with DJL's Predictor, from an array of images to one of logits: some batches, which
 * callers take in turns, each with its Predictor.
 */
final class DjlPredict implements Workload {
  private final Spec spec;
  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("model", "PyTorch");
  private final ThreadLocal<Predictor<NDList, NDList>> predictors;
  private final NDList images;
  private final Callers callers;

  DjlPredict(Spec spec) {
    this.spec = spec;
    Path file = spec.path("model");
    try {
      model.load(file.getParent(), file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    predictors = ThreadLocal.withInitial(() -> model.newPredictor(new NoopTranslator()));
    images = images(spec.input());
    callers = new Callers(spec);
  }

  private NDList images(FloatBuffer input) {
    NDArray array = manager.create(input, new Shape(spec.shape()));
    return new NDList(array);
  }

  @Override
  public void once() {
    callers.call(() -> predict(images));
  }

  private float[] predict(NDList batch) throws TranslateException {
    try (NDList result = predictors.get().predict(batch)) {
      return result.singletonOrThrow().toFloatArray();
    }
  }

  @Override
  public float[] answer() {
    FloatBuffer logits = FloatBuffer.allocate(Spec.SHOWN * Spec.CLASSES.size());
    for (FloatBuffer input : spec.shown()) {
      try (NDList batch = images(input)) {
        logits.put(predict(batch));
      } catch (TranslateException e) {
        throw new IllegalStateException(e);
      }
    }
    return logits.array();
  }

  @Override
  public void close() {
    callers.close();
    model.close();
    manager.close();
  }
}
