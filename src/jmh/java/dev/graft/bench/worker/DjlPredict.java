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

/** Inference with DJL's Predictor, from an array of images to one of logits. */
final class DjlPredict implements Workload {
  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("model", "PyTorch");
  private final Predictor<NDList, NDList> predictor;
  private final NDList images;
  private float[] logits = {};

  DjlPredict(Spec spec) {
    Path file = spec.path("model");
    try {
      model.load(file.getParent(), file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException(e);
    }
    predictor = model.newPredictor(new NoopTranslator());
    NDArray array = manager.create(spec.input(), new Shape(spec.shape()));
    images = new NDList(array);
  }

  @Override
  public void once() {
    try (NDList result = predictor.predict(images)) {
      logits = result.singletonOrThrow().toFloatArray();
    } catch (TranslateException e) {
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
    predictor.close();
    model.close();
    manager.close();
  }
}
