package dev.graft.train;

import dev.graft.data.FeatureViews;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.image.Preprocessing;
import dev.graft.image.Shrink;
import dev.graft.image.Transform;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training run is made of.
 *
 * @param data which images
 * @param weights what to start from
 * @param out folder for the run's files
 * @param model what to train, and how images become tensors
 * @param loader batch size, workers and the run's seed
 * @param training the loop's settings
 * @param checkpoints how the run's state is kept
 * @param existing what to do with a run that is in {@code out} already
 */
public record RunConfig(
    DataConfig data,
    Pretrained weights,
    Path out,
    ModelConfig model,
    LoaderConfig loader,
    TrainingConfig training,
    CheckpointConfig checkpoints,
    Existing existing) {

  /** What to do with a run that is there already. */
  public enum Existing {
    /** Leave it alone and fail. */
    REFUSE,
    /** Replace it. */
    OVERWRITE,
    /** Go on with it; begin where there is none. */
    RESUME
  }

  /**
   * Which images, and how training varies them.
   *
   * @param path folder with {@code train} and {@code val}, each with a folder for each class; or,
   *     with a {@code valSplit}, a folder with a folder for each class; or a manifest
   * @param valSplit share of each class that is set apart for validation, between 0 and 1; null if
   *     the data says itself
   * @param augmentation what training does to images beyond cropping and mirroring
   * @param balanced whether a class's images weigh the more the fewer they are
   * @param skipUnreadable leave out images that cannot be decoded instead of refusing
   * @param cache what is kept so that it need not be computed again
   */
  public record DataConfig(
      Path path,
      @Nullable Double valSplit,
      Augmentation augmentation,
      boolean balanced,
      boolean skipUnreadable,
      CacheConfig cache) {
    /**
     * A data set with its own splits, used as it is.
     *
     * @param path folder or manifest
     * @return no augmentation beyond cropping and mirroring, nothing skipped
     */
    public static DataConfig of(Path path) {
      return new DataConfig(path, null, Augmentation.none(), false, false, CacheConfig.off());
    }

    /** What training does to each image, one after the other. */
    List<Transform> trainTransforms(Preprocessing preprocessing) {
      List<Transform> transforms = new ArrayList<>();
      if (cache.bound() != null) {
        transforms.add(new Shrink(cache.bound()));
      }
      transforms.addAll(augmentation.transforms(preprocessing));
      return List.copyOf(transforms);
    }
  }

  /**
   * What to train.
   *
   * @param freezing which part keeps its weights
   * @param views fixed views of each image for {@link Freeze#FEATURES}: the evaluation view and
   *     {@code views - 1} seeded training views; at least 1
   * @param head dotted name of the layer to replace, or null to find it
   * @param imageSize side of the network's input in pixels, at least 32
   */
  public record ModelConfig(Freezing freezing, int views, @Nullable String head, int imageSize) {
    /**
     * Checks the ranges.
     *
     * @param freezing which part keeps its weights
     * @param views fixed views of each image: the evaluation view and {@code views - 1} seeded
     *     training views; at least 1
     * @param head dotted name of the layer to replace, or null to find it
     * @param imageSize side of the network's input in pixels, at least 32
     */
    public ModelConfig {
      if (views < 1) {
        throw new IllegalArgumentException("views is " + views + "; it must be at least 1.");
      }
      if (views > 1 && freezing.policy() != Freeze.FEATURES) {
        throw new IllegalArgumentException(
            "views needs --freeze features: without it, every epoch shows new views anyway.");
      }
      if (imageSize < 32 || imageSize > 2048) {
        throw new IllegalArgumentException(
            "image size is " + imageSize + "; it must be between 32 and 2048.");
      }
    }
  }

  /**
   * How a run's state is kept.
   *
   * @param keep the newest so many checkpoints stay; 0 writes none
   * @param every the longest time between two within an epoch; one is written after each epoch too
   */
  public record CheckpointConfig(int keep, Duration every) {
    private static final Duration LONGEST =
        Duration.ofDays(100_000); // a long holds its nanoseconds

    /**
     * Checks the ranges.
     *
     * @param keep the newest so many checkpoints stay; 0 writes none
     * @param every the longest time between two within an epoch, above zero, at most 100,000 days
     */
    public CheckpointConfig {
      if (keep < 0) {
        throw new IllegalArgumentException("checkpoints is " + keep + "; it must not be negative.");
      }
      if (every.isNegative() || every.isZero() || every.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "The time between two checkpoints is "
                + every
                + "; it must be above zero and at most "
                + LONGEST.toDays()
                + " days.");
      }
    }

    /**
     * The usual settings.
     *
     * @return the last two are kept, one is written at least every ten minutes
     */
    public static CheckpointConfig defaults() {
      return new CheckpointConfig(2, Duration.ofMinutes(10));
    }
  }

  /**
   * Checks that the parts fit together.
   *
   * @param data which images
   * @param weights what to start from
   * @param out folder for the run's files
   * @param model what to train, and how images become tensors
   * @param loader batch size, workers and the run's seed
   * @param training the loop's settings
   * @param checkpoints how the run's state is kept
   * @param existing what to do with a run that is in {@code out} already
   */
  public RunConfig {
    weights.requireImageSize(model.imageSize());
    Objective objective = training.objective();
    if (objective.cutmix() > 0 && model.freezing().policy() == Freeze.FEATURES) {
      throw new IllegalArgumentException(
          "cutmix pastes parts of images, but with freeze features training sees features only."
              + " Use mixup, or freeze backbone.");
    }
    if (data.balanced() && !objective.classWeights().isEmpty()) {
      throw new IllegalArgumentException("Class weights are either balanced or given, not both.");
    }
    if (training.backboneLr() != null
        && model.freezing().policy() != Freeze.NONE
        && training.unfreezeAt() == null) {
      throw new IllegalArgumentException(
          "backbone-lr is given, but freeze "
              + model.freezing().policy().label()
              + " trains nothing of the backbone. Leave one of them out.");
    }
    if (model.freezing().policy() == Freeze.FEATURES
        && model.views() == 1
        && !data.augmentation().equals(Augmentation.none())) {
      throw new IllegalArgumentException(
          "Rotation and colour jitter vary training views, but with freeze features and one view"
              + " each image is seen unchanged. Ask for more views, or leave them out.");
    }
    if (data.cache().mode() == CacheConfig.Mode.RAM
        && model.freezing().policy() == Freeze.FEATURES) {
      throw new IllegalArgumentException(
          "cache ram keeps decoded images, but freeze features needs each of them once a view."
              + " Leave it out; cache disk keeps the features.");
    }
    if (data.cache().limit() != null && model.freezing().policy() == Freeze.FEATURES) {
      throw new IllegalArgumentException(
          "cache-limit is about decoded images, but freeze features keeps none. Leave it out.");
    }
    Integer bound = data.cache().bound();
    if (bound != null && bound < model.imageSize()) {
      throw new IllegalArgumentException(
          "cache-bound is "
              + bound
              + ", below the image size of "
              + model.imageSize()
              + ": images would be enlarged again. Choose a larger one.");
    }
    if ((training.unfreezeAt() != null) != model.freezing().unfreezesLater()) {
      throw new IllegalArgumentException(
          "The model and the loop disagree on whether it is unfrozen later.");
    }
  }

  /** The views that {@code freeze features} computes features of. */
  FeatureViews featureViews(Preprocessing preprocessing) {
    return new FeatureViews(
        model.views(), preprocessing, data.trainTransforms(preprocessing), loader.seed());
  }

  /**
   * Lists the settings under their command-line names.
   *
   * @return an ordered map of strings, numbers, booleans and lists
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.path().toString());
    map.put("val-split", data.valSplit() == null ? "none" : data.valSplit());
    map.put("weights", weights.toString());
    map.put("freeze", model.freezing().policy().label());
    map.put("trainable", model.freezing().trainable());
    map.put("unfreeze-at", training.unfreezeAt() == null ? "never" : training.unfreezeAt());
    map.put("freeze-batchnorm", model.freezing().batchNorm());
    map.put("views", model.views());
    map.put("head", model.head() == null ? "auto" : model.head());
    map.put("image-size", model.imageSize());
    map.put("augmentation", data.augmentation().toString());
    map.put("cache-bound", orOff(data.cache().bound()));
    map.put("epochs", training.epochs());
    map.put("batch-size", loader.batchSize());
    map.putAll(training.optimizer().toMap());
    map.put("backbone-lr", training.backboneLr() == null ? "lr" : training.backboneLr());
    map.putAll(training.schedule().toMap());
    map.put("label-smoothing", training.objective().labelSmoothing());
    map.put("class-weights", data.balanced() ? "balanced" : training.objective().classWeights());
    map.put("mixup", training.objective().mixup());
    map.put("cutmix", training.objective().cutmix());
    map.put("accumulate", training.update().accumulate());
    map.put("clip-grad-norm", orOff(training.update().clipGradNorm()));
    map.put("ema-decay", orOff(training.update().emaDecay()));
    map.put("patience", training.patience() == null ? "off" : training.patience());
    map.put("seed", loader.seed());
    map.put("device", training.device().toString());
    map.put("precision", training.precision().label());
    map.put("memory-format", loader.memoryFormat().label());
    map.put("workers", loader.workers());
    map.put("skip-unreadable", data.skipUnreadable());
    map.put("cache", data.cache().mode().name().toLowerCase(Locale.ROOT));
    return map;
  }

  private static Object orOff(@Nullable Number value) {
    return value == null ? "off" : value;
  }
}
