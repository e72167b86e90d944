package dev.graft.image;

import dev.graft.image.ImageHeader.Components;

/** Walks a JPEG's markers (ITU T.81, annex B) from its start to its end-of-image marker. */
final class JpegStructure {
  private static final int SOF0 = 0xC0;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP14 = 0xEE;

  private JpegStructure() {}

  static ImageHeader check(Encoded image) {
    ImageHeader header = null;
    boolean scanned = false;
    boolean ycck = false;
    int at = 2;
    while (true) {
      at = marker(image, at);
      int marker = image.u8(at - 1);
      if (marker == EOI) {
        break;
      }
      if (marker <= 1 || (marker >= RST0 && marker <= SOI)) {
        continue; // no length follows
      }
      if (isFrame(marker)) {
        if (header != null) {
          throw image.refused("it is damaged: it has two frame headers");
        }
        header = frame(image, at);
      }
      scanned |= marker == SOS;
      ycck |= marker == APP14 && image.has(at + 2, "Adobe") && image.u8(at + 13) != 0;
      int length = image.u16be(at);
      if (length < 2) {
        throw image.refused("it is damaged: a segment has no length");
      }
      at = image.skip(at, length);
    }
    if (header == null || !scanned) {
      throw image.refused("it is damaged: it ends without an image");
    }
    if (ycck && header.components() == Components.CMYK) {
      return new ImageHeader(header.width(), header.height(), Components.YCCK);
    }
    return header;
  }

  /** The position after the next marker; image data before it (with stuffed zeros) is skipped. */
  private static int marker(Encoded image, int from) {
    byte[] bytes = image.bytes();
    int end = image.length() - 1;
    for (int at = from; at < end; at++) {
      if (bytes[at] == -1 && bytes[at + 1] != 0 && bytes[at + 1] != -1) {
        return at + 2;
      }
    }
    throw image.truncated();
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }

  private static ImageHeader frame(Encoded image, int at) {
    int bits = image.u8(at + 2);
    int components = image.u8(at + 7);
    if (bits != 8) {
      throw image.refused("it is a JPEG of " + bits + " bits a value; convert it to 8 bits");
    }
    if (components != 1 && components != 3 && components != 4) {
      throw image.refused("it is a JPEG of " + components + " components, which has no meaning");
    }
    Components kind = components == 4 ? Components.CMYK : Components.ANY;
    return ImageHeader.of(image, image.u16be(at + 5), image.u16be(at + 3), kind);
  }
}
