package dev.graft.image;

import java.util.SplittableRandom;

/**
 * Cuts out a random part, 8 to 100 % of the image's area with an aspect ratio from 3:4 to 4:3, and
 * resizes it to a square, bilinear and antialiased. As torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomResizedCrop.html">
 * RandomResizedCrop</a> with its defaults (Szegedy et al., <a
 * href="https://arxiv.org/abs/1409.4842">Going deeper with convolutions</a>, section 6).
 *
 * @param size the edge of the square, in pixels, at least 1
 */
public record RandomResizedCrop(int size) implements Transform {
  private static final int ATTEMPTS = 10;
  private static final double MIN_SCALE = 0.08;
  private static final double MAX_SCALE = 1;
  private static final double MIN_RATIO = 3.0 / 4;
  private static final double MAX_RATIO = 4.0 / 3;

  /**
   * Checks the size.
   *
   * @param size the edge of the square, in pixels, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public RandomResizedCrop {
    Frame.requireSize(size);
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    apply(frame, draw(frame.width(), frame.height(), random));
  }

  /** Cuts out and resizes this part. */
  void apply(Frame frame, Box part) {
    frame.crop(part);
    frame.resize(size, size);
  }

  /** Draws the part of an image of this size. */
  static Box draw(int width, int height, SplittableRandom random) {
    double area = (double) width * height;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double target = area * random.nextDouble(MIN_SCALE, MAX_SCALE);
      double ratio = Math.exp(random.nextDouble(Math.log(MIN_RATIO), Math.log(MAX_RATIO)));
      int w = edge(target * ratio);
      int h = edge(target / ratio);
      if (0 < w && w <= width && 0 < h && h <= height) {
        int y = random.nextInt(height - h + 1);
        int x = random.nextInt(width - w + 1);
        return new Box(x, y, w, h);
      }
    }
    return center(width, height);
  }

  /** The edge of a square of this area, in pixels; half a pixel goes to the even side. */
  static int edge(double area) {
    return (int) Math.rint(Math.sqrt(area));
  }

  /** The largest central part within the ratios: what is left when no draw fits. */
  static Box center(int width, int height) {
    int w = width;
    int h = height;
    double ratio = (double) width / height;
    if (ratio < MIN_RATIO) {
      h = (int) Math.rint(width / MIN_RATIO);
    } else if (ratio > MAX_RATIO) {
      w = (int) Math.rint(height * MAX_RATIO);
    }
    return new Box((width - w) / 2, (height - h) / 2, w, h);
  }
}
