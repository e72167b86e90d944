package dev.graft.predict;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.model.Card;
import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Classifies single images with a {@code model.pt}. Thread-safe; calls run one after another.
 *
 * <pre>{@code
 * try (Predictor predictor = Predictor.load(Path.of("run/model.pt"), Device.CPU)) {
 *   Prediction.Score best = predictor.predict(Path.of("bee.jpg")).best();
 * }
 * }</pre>
 */
public final class Predictor implements AutoCloseable {
  private final Card card;
  private final Inference network;
  private final Device device;
  private final ImagePipeline pipeline;
  private final FloatBuffer pixels;
  private boolean closed;

  private Predictor(Classifier classifier, Device device, Precision precision) {
    this.card = classifier.card();
    this.network = classifier.inference(precision);
    this.device = device;
    Preprocessing preprocessing = card.preprocessing();
    pipeline = new ImagePipeline(preprocessing, preprocessing.evalTransforms(), Layout.HWC);
    pixels =
        ByteBuffer.allocateDirect(preprocessing.floats() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  /**
   * Loads a trained classifier.
   *
   * @param model a {@code model.pt} that graft saved
   * @param device where to run it
   * @return a predictor, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static Predictor load(Path model, Device device) {
    return load(model, device, Precision.FP32);
  }

  /**
   * Loads a trained classifier.
   *
   * @param model a {@code model.pt} that graft saved
   * @param device where to run it
   * @param precision what it computes in; {@link Precision#fastest} tells what suits the device
   * @return a predictor, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static Predictor load(Path model, Device device, Precision precision) {
    try (Classifier classifier = Classifier.load(model, device)) {
      return new Predictor(classifier, device, precision);
    }
  }

  /**
   * Classifies an image file.
   *
   * @param image JPEG, PNG, WebP, BMP, GIF, TIFF or PNM
   * @return every class with its probability
   * @throws dev.graft.image.ImageException if the image cannot be decoded
   * @throws IllegalStateException if this predictor is closed
   */
  public synchronized Prediction predict(Path image) {
    requireOpen();
    pipeline.load(image, new SplittableRandom(0), pixels, 0);
    return classify();
  }

  /**
   * Classifies an encoded image.
   *
   * @param encoded the bytes of an image file
   * @param name for error messages
   * @return every class with its probability
   * @throws dev.graft.image.ImageException if the image cannot be decoded
   * @throws IllegalStateException if this predictor is closed
   */
  public synchronized Prediction predict(byte[] encoded, String name) {
    requireOpen();
    pipeline.load(encoded, name, new SplittableRandom(0), pixels, 0);
    return classify();
  }

  private Prediction classify() {
    int side = card.preprocessing().imageSize();
    try (Tensor image = Tensor.ofBuffer(pixels, MemoryFormat.CHANNELS_LAST, 1, 3, side, side);
        Tensor input = image.to(device);
        Tensor logits = network.forward(input);
        Tensor softmax = logits.softmax(1)) {
      float[] probabilities = softmax.toFloatArray();
      List<Prediction.Score> scores = new ArrayList<>();
      for (int i = 0; i < probabilities.length; i++) {
        scores.add(new Prediction.Score(card.classes().get(i), probabilities[i]));
      }
      scores.sort(Comparator.comparingDouble(Prediction.Score::probability).reversed());
      return new Prediction(scores);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The predictor is closed.");
    }
  }

  /** Frees the model. Harmless when done before. */
  @Override
  public synchronized void close() {
    closed = true;
    pipeline.close();
    network.close();
  }
}
