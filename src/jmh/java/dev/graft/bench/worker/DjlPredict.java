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
import java.nio.file.Path;

/**
 * Inference with DJL's Predictor, from an array of images to one of logits: some batches, which
 * callers take in turns, each with its Predictor.
 */
final class DjlPredict implements Workload {
  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("model", "PyTorch");
  private final ThreadLocal<Predictor<NDList, NDList>> predictors;
  private final NDList images;
  private final Callers callers;

  DjlPredict(Spec spec) {
    Path file = spec.path("model");
    try {
      model.load(file.getParent(), file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    predictors = ThreadLocal.withInitial(() -> model.newPredictor(new NoopTranslator()));
    NDArray array = manager.create(spec.input(), new Shape(spec.shape()));
    images = new NDList(array);
    callers = new Callers(spec);
  }

  @Override
  public void once() {
    callers.call(this::predict);
  }

  private float[] predict() throws TranslateException {
    try (NDList result = predictors.get().predict(images)) {
      return result.singletonOrThrow().toFloatArray();
    }
  }

  @Override
  public float[] answer() {
    try {
      return predict();
    } catch (TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    callers.close();
    model.close();
    manager.close();
  }
}
