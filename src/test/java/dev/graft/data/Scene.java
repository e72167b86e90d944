package dev.graft.data;

import java.awt.image.BufferedImage;
import java.util.Random;

/** A picture of soft coloured blobs, drawn in any size: resized, it is the same. */
public final class Scene {
  private static final int BLOBS = 12;

  private final double[][] blobs = new double[BLOBS][];

  private Scene(Random random) {
    for (int i = 0; i < BLOBS; i++) {
      blobs[i] = random.doubles(6).toArray(); // x, y, size, red, green, blue
    }
  }

  /** One of many, by its number. */
  public static Scene of(long seed) {
    return new Scene(new Random(seed));
  }

  /**
   * Draws it.
   *
   * @return rows from the top, three bytes a pixel
   */
  public byte[] draw(int width, int height) {
    var sums = new double[3 * width * height];
    for (double[] blob : blobs) {
      double size = 0.05 + 0.15 * blob[2];
      double[] across = bell(width, blob[0], size);
      double[] down = bell(height, blob[1], size);
      for (int i = 0; i < sums.length; i++) {
        int pixel = i / 3;
        sums[i] += 180 * blob[3 + i % 3] * across[pixel % width] * down[pixel / width];
      }
    }
    var pixels = new byte[sums.length];
    for (int i = 0; i < sums.length; i++) {
      pixels[i] = (byte) Math.min(255, 20 + sums[i]);
    }
    return pixels;
  }

  private static double[] bell(int count, double middle, double size) {
    var heights = new double[count];
    for (int i = 0; i < count; i++) {
      double distance = ((i + 0.5) / count - middle) / size;
      heights[i] = Math.exp(-distance * distance / 2);
    }
    return heights;
  }

  /** Draws it as a picture. */
  public BufferedImage picture(int width, int height) {
    byte[] pixels = draw(width, height);
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int rgb =
          (pixels[3 * i] & 0xff) << 16
              | (pixels[3 * i + 1] & 0xff) << 8
              | (pixels[3 * i + 2] & 0xff);
      picture.setRGB(i % width, i / width, rgb);
    }
    return picture;
  }
}
