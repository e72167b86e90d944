package dev.graft.predict;

import dev.graft.model.Card;
import dev.graft.model.Classifier;
import dev.graft.model.FeatureExtractor;
import dev.graft.model.ModelException;
import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import dev.graft.weights.FileDigest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A model that was made ready to answer: the backbone frozen, and the head by itself, so that one
 * pass gives features and logits. Freed when the predictor and the last worker have let go of it.
 */
final class LoadedModel {
  /** What stays true of a model after it was freed. */
  record Facts(Card card, String version) {}

  /** What a batch gives, row by row. */
  static final class Rows {
    private final float[] features;
    private final float[] logits;
    private final int rows;

    private Rows(float[] features, float[] logits, int rows) {
      this.features = features;
      this.logits = logits;
      this.rows = rows;
    }

    float[] features(int row) {
      return row(features, row);
    }

    float[] logits(int row) {
      return row(logits, row);
    }

    private float[] row(float[] all, int row) {
      int width = all.length / rows;
      return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }
  }

  private static final double FP32_TOLERANCE = 1e-4;
  private static final double BF16_TOLERANCE = 0.05; // of the largest logit

  private final Facts facts;
  private final Device device;
  private final FeatureExtractor backbone;
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private int users = 1;

  private LoadedModel(
      Facts facts, Device device, FeatureExtractor backbone, Tensor weight, @Nullable Tensor bias) {
    this.facts = facts;
    this.device = device;
    this.backbone = backbone;
    this.weight = weight;
    this.bias = bias;
  }

  /** Loads a model and checks that made ready it answers as it did before. */
  static LoadedModel load(Path file, PredictorConfig config) {
    String digest = FileDigest.sha256(file);
    try {
      return load(file, digest, config);
    } catch (RuntimeException e) {
      requireUnchanged(file, digest); // or what is wrong is that it is half one, half another
      throw e;
    }
  }

  private static LoadedModel load(Path file, String digest, PredictorConfig config) {
    try (Classifier classifier = Classifier.load(file, config.device())) {
      requireUnchanged(file, digest);
      var facts = new Facts(classifier.card(), digest.substring(0, 12));
      LoadedModel model = prepare(facts, classifier, config);
      try {
        model.check(file, classifier, config.precision());
        model.warmUp(config.maxBatch());
        return model;
      } catch (Throwable e) {
        model.release();
        throw e;
      }
    }
  }

  private static void requireUnchanged(Path file, String digest) {
    if (!FileDigest.sha256(file).equals(digest)) {
      throw new ModelException(
          file + " was replaced while it was read. Load it again once it is whole.");
    }
  }

  private static LoadedModel prepare(Facts facts, Classifier classifier, PredictorConfig config) {
    var module = classifier.module();
    var head = facts.card().head();
    FeatureExtractor backbone = classifier.featureExtractor(config.precision());
    Tensor weight = null;
    try {
      weight = module.parameter(head.weight()).copy();
      Tensor bias = head.bias() ? module.parameter(head.biasName()).copy() : null;
      return new LoadedModel(facts, config.device(), backbone, weight, bias);
    } catch (Throwable e) {
      backbone.close();
      if (weight != null) {
        weight.close();
      }
      throw e;
    }
  }

  private void check(Path file, Classifier classifier, Precision precision) {
    int side = facts.card().preprocessing().imageSize();
    try (NoGrad guard = NoGrad.open();
        Tensor cpu = Tensor.uniform(new SplittableRandom(0), 2, 1, 3, side, side);
        Tensor image = cpu.to(device);
        Tensor expected = classifier.forward(image)) {
      float[] before = expected.toFloatArray();
      float[] after = compute(image, 1).logits(0);
      double largest = 1;
      double gap = 0;
      for (int i = 0; i < before.length; i++) {
        largest = Math.max(largest, Math.abs(before[i]));
        gap = Math.max(gap, Math.abs(before[i] - after[i]));
      }
      double allowed = precision == Precision.BF16 ? BF16_TOLERANCE : FP32_TOLERANCE;
      if (!(gap <= allowed * largest)) {
        throw new ModelException(
            "%s answers otherwise when it is optimised for inference in %s: by %.2g of %.2g."
                .formatted(file, precision, gap, largest));
      }
    }
  }

  /** TorchScript settles on its final form in the first runs. */
  private void warmUp(int maxBatch) {
    int side = facts.card().preprocessing().imageSize();
    for (int batch : new int[] {maxBatch, maxBatch, 1}) {
      try (Tensor images = Tensor.zeros(DType.FLOAT32, batch, 3, side, side);
          Tensor input = images.to(device)) {
        compute(input, batch);
      }
    }
  }

  Facts facts() {
    return facts;
  }

  /** Computes a batch of images that lie in a buffer with their channels last. */
  Rows compute(FloatBuffer pixels, int batch) {
    int side = facts.card().preprocessing().imageSize();
    try (Tensor images = Tensor.ofBuffer(pixels, MemoryFormat.CHANNELS_LAST, batch, 3, side, side);
        Tensor input = images.to(device)) {
      return compute(input, batch);
    }
  }

  private Rows compute(Tensor input, int batch) {
    try (NoGrad guard = NoGrad.open();
        Tensor features = backbone.forward(input);
        Tensor logits = Functional.linear(features, weight, bias)) {
      return new Rows(features.toFloatArray(), logits.toFloatArray(), batch);
    }
  }

  /** Holds the model for a batch, unless it has been freed. */
  synchronized boolean acquire() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** Lets go of the model. */
  synchronized void release() {
    if (--users == 0) {
      backbone.close();
      weight.close();
      if (bias != null) {
        bias.close();
      }
    }
  }
}
