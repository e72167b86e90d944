package dev.graft.train;

import dev.graft.data.LoaderConfig;
import dev.graft.model.Freeze;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training run is made of; {@code config.json} in its folder.
 *
 * @param data folder with {@code train} and {@code val}, each with a folder for each class
 * @param weights TorchScript file to start from
 * @param out folder for the run's files
 * @param model what to train, and how images become tensors
 * @param loader batch size, workers and the run's seed
 * @param training the loop's settings
 * @param skipUnreadable leave out images that cannot be decoded instead of refusing
 * @param overwrite replace a run that is in {@code out} already
 */
public record RunConfig(
    Path data,
    Path weights,
    Path out,
    ModelConfig model,
    LoaderConfig loader,
    TrainingConfig training,
    boolean skipUnreadable,
    boolean overwrite) {

  /**
   * What to train.
   *
   * @param freeze which part keeps its weights
   * @param views fixed views of each image for {@link Freeze#FEATURES}: the evaluation view and
   *     {@code views - 1} seeded training views; at least 1
   * @param head dotted name of the layer to replace, or null to find it
   * @param imageSize side of the network's input in pixels, at least 32
   */
  public record ModelConfig(Freeze freeze, int views, @Nullable String head, int imageSize) {
    /**
     * Checks the ranges.
     *
     * @param freeze which part keeps its weights
     * @param views fixed views of each image for {@link Freeze#FEATURES}: the evaluation view and
     *     {@code views - 1} seeded training views; at least 1
     * @param head dotted name of the layer to replace, or null to find it
     * @param imageSize side of the network's input in pixels, at least 32
     */
    public ModelConfig {
      if (views < 1) {
        throw new IllegalArgumentException("views is " + views + "; it must be at least 1.");
      }
      if (views > 1 && freeze != Freeze.FEATURES) {
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
   * Lists the settings under their command-line names.
   *
   * @return an ordered map of strings, numbers and booleans
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.toString());
    map.put("weights", weights.toString());
    map.put("freeze", model.freeze().label());
    map.put("views", model.views());
    map.put("head", model.head() == null ? "auto" : model.head());
    map.put("image-size", model.imageSize());
    map.put("epochs", training.epochs());
    map.put("batch-size", loader.batchSize());
    map.put("lr", training.sgd().lr());
    map.put("momentum", training.sgd().momentum());
    map.put("weight-decay", training.sgd().weightDecay());
    map.put("step-size", training.stepSize());
    map.put("gamma", training.gamma());
    map.put("seed", loader.seed());
    map.put("device", training.device().toString());
    map.put("workers", loader.workers());
    map.put("skip-unreadable", skipUnreadable);
    return map;
  }
}
