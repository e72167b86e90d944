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
  private static final int HALF = 1 << 15;

  private CmykJpeg() {}

  static void decode(Encoded image, boolean ycck, PixelImage to) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(
            new ByteArrayInputStream(image.bytes(), 0, image.length()))) {
      reader.setInput(in, true, true);
      convert(reader.readRaster(0, null), ycck, to);
    } catch (IOException | RuntimeException damaged) {
      throw new ImageException(
          image.name(), "it is a damaged CMYK JPEG: " + damaged.getMessage(), damaged);
    } finally {
      reader.dispose();
    }
  }

  private static void convert(Raster raster, boolean ycck, PixelImage to) {
    int width = raster.getWidth();
    to.setSize(width, raster.getHeight());
    byte[] pixels = to.pixels();
    int[] row = new int[4 * width];
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      raster.getPixels(0, y, width, 1, row);
      if (ycck) {
        toCmyk(row);
      }
      for (int x = 0; x < row.length; x += 4) {
        int light = row[x + 3];
        for (int colour = x; colour < x + 3; colour++) {
          pixels[at++] = (byte) Math.max(light - product(255 - row[colour], light), 0);
        }
      }
    }
  }

  /** Luminance and two differences to cyan, magenta and yellow, in libjpeg's 16-bit fixed point. */
  private static void toCmyk(int[] row) {
    for (int x = 0; x < row.length; x += 4) {
      int light = row[x];
      int blue = row[x + 1] - 128;
      int red = row[x + 2] - 128;
      row[x] = 255 - clip(light + ((fixed(1.402) * red + HALF) >> 16));
      row[x + 1] =
          255 - clip(light + ((HALF - fixed(0.34414) * blue - fixed(0.71414) * red) >> 16));
      row[x + 2] = 255 - clip(light + ((fixed(1.772) * blue + HALF) >> 16));
    }
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(value, 255));
  }

  /** a * b / 255, rounded. */
  private static int product(int a, int b) {
    int scaled = a * b + 128;
    return ((scaled >> 8) + scaled) >> 8;
  }
}
