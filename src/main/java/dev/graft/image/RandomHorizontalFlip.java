package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Mirrors an image, left for right, with a given probability. As torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomHorizontalFlip.html">
 * RandomHorizontalFlip</a>.
 *
 * @param probability how likely an image is mirrored, from 0 to 1
 */
public record RandomHorizontalFlip(double probability) implements Transform {
  /**
   * Checks the probability.
   *
   * @param probability how likely an image is mirrored, from 0 to 1
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public RandomHorizontalFlip {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be from 0 to 1: " + probability);
    }
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    if (random.nextDouble() < probability) {
      frame.flip();
    }
  }
}
