package dev.graft.predict;

import dev.graft.MutationRun;
import dev.graft.image.ImageException;
import java.nio.file.Path;

/** A process that asks a predictor about damaged images. */
public final class MutationsToPredictor implements MutationRun.Service {
  private final Predictor predictor;

  private MutationsToPredictor(Path model, PredictorConfig config) {
    predictor = Predictor.load(model, config);
  }

  public static void main(String[] args) throws Exception {
    MutationRun.of(MutationsToPredictor::new, args);
  }

  @Override
  public String send(byte[] image, String name) {
    try {
      int classes = predictor.predict(image, name).scores().size();
      return classes == predictor.card().classes().size() ? MutationRun.ANSWERED : "half answered";
    } catch (ImageException refused) {
      if (!refused.name().equals(name)) {
        throw new AssertionError("The refusal is another image's: " + refused, refused);
      }
      return refused.kind().name();
    }
  }

  @Override
  public void close() {
    predictor.close();
  }
}
