package dev.graft.image;

import dev.graft.image.ImageHeader.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Walks a PNG's chunks (RFC 2083, section 3), with their checksums, from IHDR to IEND. Chunks that
 * do not bear on the pixels are not decoded: libpng inflates texts, of which each may take
 * megabytes. Nor are an animation's frames: the image itself is what is taken, and OpenCV, shown
 * them, takes others, and fills missing rows with memory that nobody wrote.
 */
final class PngStructure {
  /** The ancillary chunks that a decoder needs: they bear on colours. */
  private static final Set<String> NEEDED = Set.of("tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD");

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
    List<Span> spans = new ArrayList<>();
    int from = 0;
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
        spans.add(new Span(from, next));
        break;
      }
      if (!isNeeded(image.text(at + 4, 4))) {
        spans.add(new Span(from, at));
        from = next;
      }
      at = next;
    }
    if (!data) {
      throw image.refused("it is damaged: it has no image data");
    }
    return header.withSpans(spans);
  }

  /** Whether a chunk is critical, as its first letter tells, or needed, or none that may be. */
  private static boolean isNeeded(String type) {
    return NEEDED.contains(type) || !type.matches("[a-z][A-Za-z]{3}");
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
