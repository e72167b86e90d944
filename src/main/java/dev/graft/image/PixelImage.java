package dev.graft.image;

/**
 * An 8-bit RGB image: rows from the top, pixels from the left, three bytes a pixel. Whoever made it
 * reuses it: it is valid until the maker's next image.
 */
public final class PixelImage {
  /** A buffer larger than this is given up once much less will do. */
  static final int RETAINED_BYTES = 64 << 20;

  private int width;
  private int height;
  private byte[] pixels = {};

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

  /** Whether a buffer kept from earlier images is large enough, and not wastefully so. */
  static boolean suits(int length, int needed, int retained) {
    return length >= needed && (length <= retained || needed > length / 4);
  }

  /** Makes room for an image of this size; the pixels are undefined afterwards. */
  void setSize(int newWidth, int newHeight) {
    int bytes = Math.multiplyExact(Math.multiplyExact(newWidth, newHeight), 3);
    if (!suits(pixels.length, bytes, RETAINED_BYTES)) {
      pixels = new byte[0]; // the old buffer may go before the new one comes
      pixels = new byte[bytes];
    }
    width = newWidth;
    height = newHeight;
  }
}
