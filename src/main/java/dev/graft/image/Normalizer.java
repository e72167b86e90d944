package dev.graft.image;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Turns pixels into the floats of torchvision's {@code ToTensor} and {@code Normalize}: {@code
 * (value / 255 - mean) / std} in single precision, looked up.
 */
final class Normalizer {
  private final int imageSize;
  private final Layout layout;
  private final float[] red;
  private final float[] green;
  private final float[] blue;
  private final float[] row; // single values are slow to put into a buffer

  Normalizer(int imageSize, List<Double> mean, List<Double> std, Layout layout) {
    this.imageSize = imageSize;
    this.layout = layout;
    red = table(mean.get(0).floatValue(), std.get(0).floatValue());
    green = table(mean.get(1).floatValue(), std.get(1).floatValue());
    blue = table(mean.get(2).floatValue(), std.get(2).floatValue());
    row = new float[3 * imageSize];
  }

  private static float[] table(float mean, float std) {
    float[] table = new float[256];
    for (int value = 0; value < 256; value++) {
      table[value] = (value / 255f - mean) / std;
    }
    return table;
  }

  /** Writes the image's values from {@code offset} of the buffer, whose position stays. */
  void write(PixelImage image, FloatBuffer out, int offset) {
    byte[] pixels = image.pixels();
    switch (layout) {
      case CHW -> {
        int plane = imageSize * imageSize;
        writeChannel(red, pixels, 0, out, offset);
        writeChannel(green, pixels, 1, out, offset + plane);
        writeChannel(blue, pixels, 2, out, offset + 2 * plane);
      }
      case HWC -> writePixels(pixels, out, offset);
    }
  }

  private void writeChannel(float[] table, byte[] pixels, int first, FloatBuffer out, int offset) {
    for (int y = 0; y < imageSize; y++) {
      int at = y * row.length + first;
      for (int x = 0; x < imageSize; x++) {
        row[x] = table[pixels[at + 3 * x] & 0xff];
      }
      out.put(offset + y * imageSize, row, 0, imageSize);
    }
  }

  private void writePixels(byte[] pixels, FloatBuffer out, int offset) {
    for (int y = 0; y < imageSize; y++) {
      int at = y * row.length;
      for (int i = 0; i < row.length; i += 3) {
        row[i] = red[pixels[at + i] & 0xff];
        row[i + 1] = green[pixels[at + i + 1] & 0xff];
        row[i + 2] = blue[pixels[at + i + 2] & 0xff];
      }
      out.put(offset + at, row, 0, row.length);
    }
  }
}
