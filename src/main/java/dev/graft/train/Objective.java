package dev.graft.train;

import java.util.List;

/**
 * What training minimises: the cross-entropy of the training images, with the regularisers that
 * change its targets or inputs. Validation always reports the plain cross-entropy, so that runs can
 * be compared.
 *
 * @param labelSmoothing the share of each target that is spread evenly over all classes, 0 to 1
 *     (Szegedy et al. 2015, <a href="https://arxiv.org/abs/1512.00567">Rethinking the Inception
 *     Architecture</a>, section 7)
 * @param classWeights the weight of each class's images, in the order of the classes, each above 0;
 *     empty for none. As PyTorch's {@code weight}: a batch's loss is the weighted mean
 * @param mixup alpha of the Beta(alpha, alpha) that two images and their targets are mixed by; 0
 *     for none (Zhang et al. 2017, <a href="https://arxiv.org/abs/1710.09412">mixup</a>)
 * @param cutmix alpha of the Beta(alpha, alpha) that sizes the part of one image pasted into
 *     another; 0 for none (Yun et al. 2019, <a href="https://arxiv.org/abs/1905.04899">CutMix</a>).
 *     With both, each batch draws one of them
 */
public record Objective(
    double labelSmoothing, List<Double> classWeights, double mixup, double cutmix) {
  /**
   * Checks the ranges.
   *
   * @param labelSmoothing the share spread over all classes, 0 to 1
   * @param classWeights the weight of each class's images, each above 0; empty for none
   * @param mixup alpha of mixup's Beta distribution; 0 for none
   * @param cutmix alpha of CutMix's Beta distribution; 0 for none
   */
  public Objective {
    classWeights = List.copyOf(classWeights);
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "label-smoothing is " + labelSmoothing + "; it must be from 0 to 1.");
    }
    if (!classWeights.stream().allMatch(w -> w > 0 && Double.isFinite(w))) {
      throw new IllegalArgumentException(
          "Class weights must be numbers above 0: " + classWeights + ".");
    }
    requireAlpha("mixup", mixup);
    requireAlpha("cutmix", cutmix);
  }

  private static void requireAlpha(String name, double alpha) {
    if (!(alpha >= 0 && alpha <= 1000)) {
      throw new IllegalArgumentException(name + " is " + alpha + "; it must be from 0 to 1000.");
    }
  }

  /**
   * The plain cross-entropy.
   *
   * @return no smoothing, no weights, no mixing
   */
  public static Objective crossEntropy() {
    return new Objective(0, List.of(), 0, 0);
  }

  /**
   * Changes the label smoothing.
   *
   * @param value from 0 to 1
   * @return a copy
   */
  public Objective withLabelSmoothing(double value) {
    return new Objective(value, classWeights, mixup, cutmix);
  }

  /**
   * Changes the class weights.
   *
   * @param value one for each class, above 0; empty for none
   * @return a copy
   */
  public Objective withClassWeights(List<Double> value) {
    return new Objective(labelSmoothing, value, mixup, cutmix);
  }

  /**
   * Changes mixup.
   *
   * @param alpha of the Beta distribution; 0 for none
   * @return a copy
   */
  public Objective withMixup(double alpha) {
    return new Objective(labelSmoothing, classWeights, alpha, cutmix);
  }

  /**
   * Changes CutMix.
   *
   * @param alpha of the Beta distribution; 0 for none
   * @return a copy
   */
  public Objective withCutmix(double alpha) {
    return new Objective(labelSmoothing, classWeights, mixup, alpha);
  }
}
