package dev.graft.image;

import java.awt.image.BufferedImage;

/** The pixels of an AWT image, in sRGB, without its transparency. */
record AwtPixels(BufferedImage image) implements DecodedImages.Pixels {
  @Override
  public int width() {
    return image.getWidth();
  }

  @Override
  public int height() {
    return image.getHeight();
  }

  @Override
  public void copyTo(byte[] into, int bytes) {
    int width = width();
    int[] row = new int[width];
    for (int at = 0, y = 0; at < bytes; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width && at < bytes; x++) {
        into[at++] = (byte) (row[x] >> 16);
        into[at++] = (byte) (row[x] >> 8);
        into[at++] = (byte) row[x];
      }
    }
  }
}
