package dev.graft.predict;

import java.awt.image.BufferedImage;

/** An image whose reading, in a worker, does what a test wants before it gives its pixels. */
final class TroubleImage extends BufferedImage {
  private final Runnable trouble;

  TroubleImage(Runnable trouble) {
    super(40, 40, TYPE_INT_RGB);
    this.trouble = trouble;
  }

  @Override
  public int[] getRGB(int x, int y, int width, int height, int[] into, int offset, int stride) {
    if (y == 0) {
      trouble.run();
    }
    return super.getRGB(x, y, width, height, into, offset, stride);
  }
}
