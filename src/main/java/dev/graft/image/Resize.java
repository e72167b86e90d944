package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Resizes an image so that its shorter edge has a given length, bilinear and antialiased; the
 * longer edge is {@code (int) (size * longer / shorter)}. As torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html">Resize</a>
 * with one number.
 *
 * @param size the new length of the shorter edge, in pixels, at least 1
 */
public record Resize(int size) implements Transform {
  /**
   * Checks the size.
   *
   * @param size the new length of the shorter edge, in pixels, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public Resize {
    Frame.requireSize(size);
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    int width = frame.width();
    int height = frame.height();
    if (width <= height) {
      frame.resize(size, longer(height, width));
    } else {
      frame.resize(longer(width, height), size);
    }
  }

  private int longer(int longEdge, int shortEdge) {
    return (int) ((double) ((long) size * longEdge) / shortEdge);
  }
}
