package dev.graft.image;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Turns pixels into the floats of torchvision's {@code ToTensor} and {@code Normalize}: channels
 * first, {@code (value / 255 - mean) / std} in single precision, looked up.
 */
final class Normalizer {
  private final float[][] tables = new float[3][256];
  private final float[] plane;

  Normalizer(int imageSize, List<Double> mean, List<Double> std) {
    plane = new float[imageSize * imageSize];
    for (int channel = 0; channel < 3; channel++) {
      for (int value = 0; value < 256; value++) {
        tables[channel][value] =
            (value / 255f - mean.get(channel).floatValue()) / std.get(channel).floatValue();
      }
    }
  }

  /** Writes three planes from {@code offset} of the buffer, whose position stays. */
  void write(PixelImage image, FloatBuffer out, int offset) {
    byte[] pixels = image.pixels();
    for (int channel = 0; channel < 3; channel++) {
      float[] table = tables[channel];
      for (int i = 0, at = channel; i < plane.length; i++, at += 3) {
        plane[i] = table[pixels[at] & 0xff];
      }
      out.put(offset + channel * plane.length, plane, 0, plane.length);
    }
  }
}
