package dev.graft.formula;

import java.awt.Graphics2D;
import java.util.SplittableRandom;

/**
 * What the pictures of one class have in common. Its parameters are the class; each picture varies
 * the rest.
 */
sealed interface Formula permits Fractal, Contours, Texture, Curve {
  /**
   * Draws one example into the square from (-1, -1) to (1, 1).
   *
   * @param canvas scaled so that the square is as large as the example shall be
   * @param ink the colours to use
   * @param random decides what this example has of its own
   */
  void draw(Graphics2D canvas, Ink ink, SplittableRandom random);

  /** Whether one example fills most of the picture, as a material does, not an object. */
  default boolean isGround() {
    return false;
  }
}
