package dev.graft.model;

import dev.graft.image.Preprocessing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to graft a classifier.
 *
 * @param classes names of the new head's classes, in order; at least two, all different, none blank
 *     or with control characters
 * @param preprocessing how images become tensors
 * @param seed of the new head's weights
 * @param head dotted name of the layer to replace, or null to find it
 */
public record GraftConfig(
    List<String> classes, Preprocessing preprocessing, long seed, @Nullable String head) {

  /**
   * Checks the class names.
   *
   * @param classes names of the new head's classes, in order; at least two, all different, none
   *     blank or with control characters
   * @param preprocessing how images become tensors
   * @param seed of the new head's weights
   * @param head dotted name of the layer to replace, or null to find it
   * @throws IllegalArgumentException if there are fewer than two names, or one of them is refused
   */
  public GraftConfig {
    classes = List.copyOf(classes);
    if (classes.size() < 2) {
      throw new IllegalArgumentException("A classifier needs at least two classes: " + classes);
    }
    Card.requireNames(classes);
  }

  /**
   * The usual settings: ImageNet's preprocessing at 224 pixels, the head found by itself.
   *
   * @param classes names of the classes
   * @return seed 0, head found
   */
  public static GraftConfig of(List<String> classes) {
    return new GraftConfig(classes, Preprocessing.imagenet(224), 0, null);
  }

  /**
   * The usual settings with the preprocessing that weights were made with.
   *
   * @param classes names of the classes
   * @param weights what will be grafted
   * @return seed 0, head found
   */
  public static GraftConfig of(List<String> classes, Pretrained weights) {
    return new GraftConfig(classes, weights.preprocessing(), 0, null);
  }
}
