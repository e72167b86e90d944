package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Turns an image around its centre by a random angle. It keeps its size; corners that turn out of
 * it are lost, and what turns in is black. As torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomRotation.html">
 * RandomRotation</a> with its defaults: each pixel takes the colour of the nearest one.
 *
 * @param degrees the largest angle, either way, from 0 to 180
 */
public record RandomRotation(double degrees) implements Transform {
  /**
   * Checks the angle.
   *
   * @param degrees the largest angle, either way, from 0 to 180
   * @throws IllegalArgumentException if it is not from 0 to 180
   */
  public RandomRotation {
    if (!(degrees >= 0 && degrees <= 180)) {
      throw new IllegalArgumentException("degrees must be from 0 to 180: " + degrees);
    }
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    if (degrees > 0) {
      apply(frame, random.nextDouble(-degrees, degrees));
    }
  }

  /** Turns by this angle, counterclockwise. */
  static void apply(Frame frame, double angle) {
    frame.redraw((from, to) -> Rotation.of(from.width(), from.height(), angle).draw(from, to));
  }
}
