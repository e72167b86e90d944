package dev.graft.image;

import java.util.zip.CRC32;

/** Walks a PNG's chunks (RFC 2083, section 3), with their checksums, from IHDR to IEND. */
final class PngStructure {
  private static final int SIGNATURE = 8;
  private static final int AROUND_DATA = 12; // length, type and checksum

  private PngStructure() {}

  static ImageHeader check(Encoded image) {
    int at = SIGNATURE;
    image.skip(at, AROUND_DATA);
    if (!image.has(at, "\0\0\0\rIHDR")) {
      throw image.refused("it is damaged: it does not begin with a header");
    }
    ImageHeader header = header(image, at + 8);
    CRC32 crc = new CRC32();
    boolean data = false;
    while (true) {
      long length = image.u32be(at);
      int next = image.skip(at, AROUND_DATA + length);
      crc.reset();
      crc.update(image.bytes(), at + 4, (int) length + 4);
      if (crc.getValue() != image.u32be(next - 4)) {
        throw image.refused("it is damaged: the checksum of a chunk is wrong");
      }
      data |= image.has(at + 4, "IDAT");
      if (image.has(at + 4, "IEND")) {
        break;
      }
      at = next;
    }
    if (!data) {
      throw image.refused("it is damaged: it has no image data");
    }
    return header;
  }

  private static ImageHeader header(Encoded image, int at) {
    int bits = image.u8(at + 8);
    int colour = image.u8(at + 9);
    if (colour == 0 && bits == 16) {
      throw image.refused(
          "it is a 16-bit grey PNG, which Python's readers clip or scale, depending on their version;"
              + " convert it to 8 bits");
    }
    return ImageHeader.of(image, image.u32be(at), image.u32be(at + 4));
  }
}
