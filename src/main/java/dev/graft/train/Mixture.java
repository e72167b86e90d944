package dev.graft.train;

import dev.graft.torch.Tensor;
import java.util.SplittableRandom;

/**
 * A batch as the network sees it: as it is, or each image mixed with the one before it (the first
 * with the last) by mixup or CutMix, and the targets in the same proportion.
 *
 * <p>In mixup the greater share is always the image's own, so its label stays the likeliest; as
 * each image is also the neighbour of another, that draws the same mixtures as the paper does.
 */
final class Mixture implements AutoCloseable {
  private final Tensor inputs;
  private final Tensor targets;
  private final boolean owned;

  private Mixture(Tensor inputs, Tensor targets, boolean owned) {
    this.inputs = inputs;
    this.targets = targets;
    this.owned = owned;
  }

  /**
   * Mixes a batch if the objective asks for it.
   *
   * @param inputs [N, …]; for CutMix [N, C, H, W]
   * @param labels int64 [N]
   */
  static Mixture of(
      Objective objective, Tensor inputs, Tensor labels, int classes, SplittableRandom random) {
    boolean mixup = objective.mixup() > 0;
    boolean cutmix = objective.cutmix() > 0;
    if (!mixup && !cutmix) {
      return new Mixture(inputs, labels, false);
    }
    boolean cut = cutmix && (!mixup || random.nextBoolean());
    double drawn = Beta.symmetric(cut ? objective.cutmix() : objective.mixup(), random);
    return cut
        ? cutmix(inputs, labels, classes, drawn, random)
        : mixup(inputs, labels, classes, Math.min(drawn, 1 - drawn));
  }

  /** Every value {@code 1 - other} of the image's own and {@code other} of its neighbour's. */
  static Mixture mixup(Tensor inputs, Tensor labels, int classes, double other) {
    try (Tensor neighbours = inputs.roll(1, 0)) {
      return owning(inputs.lerp(neighbours, other), labels, classes, other);
    }
  }

  /** A rectangle of about {@code other} of the area, anywhere, is the neighbour's. */
  static Mixture cutmix(
      Tensor inputs, Tensor labels, int classes, double other, SplittableRandom random) {
    long height = inputs.shape()[2];
    long width = inputs.shape()[3];
    // The paper's box: its centre anywhere, its sides sqrt(other) of the image's, cut at the edge.
    double side = Math.sqrt(other) / 2;
    long y = random.nextLong(height);
    long x = random.nextLong(width);
    long top = Math.max(0, y - (long) (side * height));
    long left = Math.max(0, x - (long) (side * width));
    long rows = Math.min(height, y + (long) (side * height)) - top;
    long columns = Math.min(width, x + (long) (side * width)) - left;
    double share = (double) rows * columns / (height * width);
    Mixture mixed = owning(inputs.copy(), labels, classes, share);
    if (rows > 0 && columns > 0) {
      try (Tensor neighbours = inputs.roll(1, 0);
          Tensor fromRows = neighbours.narrow(2, top, rows);
          Tensor from = fromRows.narrow(3, left, columns);
          Tensor toRows = mixed.inputs.narrow(2, top, rows);
          Tensor to = toRows.narrow(3, left, columns)) {
        to.copyFrom(from);
      } catch (Throwable e) {
        mixed.close();
        throw e;
      }
    }
    return mixed;
  }

  /** Takes the mixed inputs over, or closes them if their targets cannot be made. */
  private static Mixture owning(Tensor mixed, Tensor labels, int classes, double other) {
    try {
      return new Mixture(mixed, targets(labels, classes, other), true);
    } catch (Throwable e) {
      mixed.close();
      throw e;
    }
  }

  private static Tensor targets(Tensor labels, int classes, double other) {
    try (Tensor own = labels.oneHot(classes);
        Tensor neighbours = own.roll(1, 0)) {
      return own.lerp(neighbours, other);
    }
  }

  Tensor inputs() {
    return inputs;
  }

  /** Class indices int64 [N], or probabilities float32 [N, classes]. */
  Tensor targets() {
    return targets;
  }

  @Override
  public void close() {
    if (owned) {
      inputs.close();
      targets.close();
    }
  }
}
