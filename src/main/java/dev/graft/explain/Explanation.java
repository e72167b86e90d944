package dev.graft.explain;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Where a classifier sees a class in an image.
 *
 * @param label the class that is explained
 * @param probability what the classifier gives the class, from 0 to 1
 * @param heatMap which parts of the crop speak for the class
 * @param crop the part of the image that the network saw, at the size that it saw it; not copied
 */
public record Explanation(String label, double probability, HeatMap heatMap, BufferedImage crop) {
  /** How much of the colour there is in the overlay, and how little of the image. */
  private static final float OPACITY = 0.5f;

  /**
   * Checks the probability.
   *
   * @param label the class that is explained
   * @param probability what the classifier gives the class, from 0 to 1
   * @param heatMap which parts of the crop speak for the class
   * @param crop the part of the image that the network saw, at the size that it saw it; not copied
   * @throws IllegalArgumentException if it is outside 0 to 1
   */
  public Explanation {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("the probability of " + label + " is " + probability);
    }
  }

  /**
   * Draws the heat map over the crop, half transparent: dark violet where nothing speaks for the
   * class, over red, to light yellow where most does.
   *
   * @return a new image of the crop's size
   */
  public BufferedImage overlay() {
    int width = crop.getWidth();
    int height = crop.getHeight();
    HeatMap heat = heatMap.resized(height, width);
    var overlay = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        overlay.setRGB(x, y, mix(crop.getRGB(x, y), ColorMap.of(heat.at(y, x))));
      }
    }
    return overlay;
  }

  private static int mix(int below, int above) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = below >> shift & 0xff;
      int to = above >> shift & 0xff;
      mixed |= Math.round(from + (to - from) * OPACITY) << shift;
    }
    return mixed;
  }

  /**
   * Draws the overlay as a file.
   *
   * @return the content of a PNG file
   */
  public byte[] png() {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(overlay(), "png", stream)) {
        throw new IllegalStateException("This Java runtime cannot write PNG files.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a PNG file to memory", e);
    }
    return bytes.toByteArray();
  }
}
