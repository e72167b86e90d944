package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Cuts a square out of the middle; an image smaller than that is padded with black. As
 * torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.CenterCrop.html">CenterCrop</a>,
 * with its rounding: half a pixel goes to the even side.
 *
 * @param size the edge of the square, in pixels, at least 1
 */
public record CenterCrop(int size) implements Transform {
  /**
   * Checks the size.
   *
   * @param size the edge of the square, in pixels, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public CenterCrop {
    Frame.requireSize(size);
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    frame.crop(new Box(start(frame.width()), start(frame.height()), size, size));
  }

  /** Where the square begins along an edge; below 0 where padding comes first. */
  private int start(int edge) {
    // A short edge gets (size - edge) / 2 pixels of padding before it, the odd pixel after it.
    return edge < size ? -((size - edge) / 2) : (int) Math.rint((edge - size) / 2.0);
  }
}
