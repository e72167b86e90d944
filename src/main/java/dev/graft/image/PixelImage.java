package dev.graft.image;

import java.awt.image.BufferedImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * An 8-bit RGB image: rows from the top, pixels from the left, three bytes a pixel. Whoever made it
 * reuses it: it is valid until the maker's next image.
 */
public final class PixelImage {
  /** A buffer larger than this is given up once much less will do. */
  static final int RETAINED_BYTES = 64 << 20;

  /** A pixel and the byte after it, as {@link WeightedSums} takes them. */
  private static final VarHandle PIXEL =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int SPARE_BYTES = Integer.BYTES - 3;

  private int width;
  private int height;
  private byte[] pixels = new byte[SPARE_BYTES];

  PixelImage() {}

  /**
   * The width.
   *
   * @return the number of columns
   */
  public int width() {
    return width;
  }

  /**
   * The height.
   *
   * @return the number of rows
   */
  public int height() {
    return height;
  }

  /**
   * The pixels: the value of channel {@code c} (red, green, blue) at ({@code x}, {@code y}) is
   * {@code pixels()[(y * width() + x) * 3 + c] & 0xff}.
   *
   * @return the buffer itself, not a copy; it may be longer than {@code width * height * 3}
   */
  public byte[] pixels() {
    return pixels;
  }

  /**
   * Copies the pixels.
   *
   * @return an image of type {@link BufferedImage#TYPE_INT_RGB}
   */
  public BufferedImage toBufferedImage() {
    var copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += 3) {
        row[x] = (pixels[at] & 0xff) << 16 | (pixels[at + 1] & 0xff) << 8 | (pixels[at + 2] & 0xff);
      }
      copy.setRGB(0, y, width, 1, row, 0, width);
    }
    return copy;
  }

  /** Whether a buffer kept from earlier images is large enough, and not wastefully so. */
  static boolean suits(int length, int needed, int retained) {
    return length >= needed && (length <= retained || needed > length / 4);
  }

  /** Makes room for an image of this size; the pixels are undefined afterwards. */
  void setSize(int newWidth, int newHeight) {
    int bytes = Math.multiplyExact(Math.multiplyExact(newWidth, newHeight), 3);
    if (!suits(pixels.length, bytes + SPARE_BYTES, RETAINED_BYTES)) {
      pixels = new byte[SPARE_BYTES]; // the old buffer may go before the new one comes
      pixels = new byte[bytes + SPARE_BYTES];
    }
    width = newWidth;
    height = newHeight;
  }

  /**
   * Reads pixels of a row, packed: the one at {@code x + columns[i]} to {@code into[i]}, for the
   * first {@code count} columns.
   */
  void pick(int x, int y, int[] columns, int[] into, int count) {
    byte[] from = pixels;
    int start = (y * width + x) * 3;
    for (int i = 0; i < count; i++) {
      into[i] = (int) PIXEL.get(from, start + columns[i] * 3);
    }
  }

  /**
   * Writes packed pixels into a row, from {@code x}; the byte after them becomes 0. Rows are
   * written from the top.
   */
  void setRow(int x, int y, int[] row, int count) {
    byte[] to = pixels;
    int start = (y * width + x) * 3;
    for (int i = 0; i < count; i++) {
      PIXEL.set(to, start + i * 3, row[i]);
    }
  }
}
