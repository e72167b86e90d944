package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Resizes an image whose shorter edge is longer than a bound so that it has that length, as {@link
 * Resize} does, and leaves others alone. What comes after it sees the resized pixels, rounded to 8
 * bits, so that an image may as well be kept shrunk.
 *
 * @param bound the longest that the shorter edge may be, in pixels, at least 1
 */
public record Shrink(int bound) implements Transform {
  /**
   * Checks the bound.
   *
   * @param bound the longest that the shorter edge may be, in pixels, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public Shrink {
    Frame.requireSize(bound);
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    if (Math.min(frame.width(), frame.height()) > bound) {
      new Resize(bound).apply(frame, random);
      frame.settle();
    }
  }
}
