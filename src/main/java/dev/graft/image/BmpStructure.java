package dev.graft.image;

import java.util.Set;

/** Reads the headers of a Windows bitmap and checks that its rows are all there. */
final class BmpStructure {
  private static final int INFO = 14;
  private static final Set<Integer> HEADER_SIZES = Set.of(40, 52, 56, 108, 124);
  private static final Set<Integer> BITS = Set.of(1, 4, 8, 24, 32);
  private static final int BIT_FIELDS = 3;

  private BmpStructure() {}

  static ImageHeader check(Encoded image) {
    long headerSize = image.u32le(INFO);
    if (headerSize > 124 || !HEADER_SIZES.contains((int) headerSize)) {
      throw image.refused("it is no Windows bitmap: its header is of an unknown kind");
    }
    int width = (int) image.u32le(INFO + 4);
    long height = Math.abs((long) (int) image.u32le(INFO + 8));
    ImageHeader header = ImageHeader.of(image, width, height);
    int bits = image.u16le(INFO + 14);
    long compression = image.u32le(INFO + 16);
    if (!BITS.contains(bits)) {
      throw image.refused(
          "it is a " + bits + "-bit BMP, which readers scale differently; convert it to 24 bits");
    }
    boolean usualFields =
        compression == BIT_FIELDS
            && bits == 32
            && image.u32le(INFO + 40) == 0xff0000
            && image.u32le(INFO + 44) == 0xff00
            && image.u32le(INFO + 48) == 0xff;
    if (compression != 0 && !usualFields) {
      throw image.refused("it is a compressed BMP; save it as PNG");
    }
    long colours = bits > 8 ? 0 : colours(image, bits);
    long pixels = image.u32le(10);
    if (pixels < INFO + headerSize + 4 * colours) {
      throw image.refused("it is damaged: its pixels lie inside its header");
    }
    long stride = ((long) width * bits + 31) / 32 * 4;
    image.skip(0, pixels + stride * height);
    return header;
  }

  private static long colours(Encoded image, int bits) {
    long colours = image.u32le(INFO + 32);
    if (colours > 1L << bits) {
      throw image.refused("it is damaged: it has more colours than its pixels can name");
    }
    return colours == 0 ? 1L << bits : colours;
  }
}
