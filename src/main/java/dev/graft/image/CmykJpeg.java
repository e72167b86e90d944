package dev.graft.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEGs of four components. OpenCV's conversion to RGB is not Pillow's, so the JDK reads the four
 * components, which are stored inverted (Adobe's convention, which Pillow assumes always), and
 * Pillow's formula makes them RGB: a colour is what black leaves of it.
 */
final class CmykJpeg {
  private CmykJpeg() {}

  static void decode(Encoded image, PixelImage to) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(
            new ByteArrayInputStream(image.bytes(), 0, image.length()))) {
      reader.setInput(in, true, true);
      convert(reader.readRaster(0, null), to);
    } catch (IOException | RuntimeException damaged) {
      throw new ImageException(
          image.name(), "it is a damaged CMYK JPEG: " + damaged.getMessage(), damaged);
    } finally {
      reader.dispose();
    }
  }

  private static void convert(Raster raster, PixelImage to) {
    int width = raster.getWidth();
    to.setSize(width, raster.getHeight());
    byte[] pixels = to.pixels();
    int[] row = new int[4 * width];
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < row.length; x += 4) {
        int light = row[x + 3];
        for (int colour = x; colour < x + 3; colour++) {
          pixels[at++] = (byte) Math.max(light - product(255 - row[colour], light), 0);
        }
      }
    }
  }

  /** a * b / 255, rounded. */
  private static int product(int a, int b) {
    int scaled = a * b + 128;
    return ((scaled >> 8) + scaled) >> 8;
  }
}
