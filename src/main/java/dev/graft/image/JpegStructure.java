package dev.graft.image;

import dev.graft.image.ImageHeader.Components;
import org.jspecify.annotations.Nullable;

/** Walks a JPEG's markers (ITU T.81, annex B) from its start to its end-of-image marker. */
final class JpegStructure {
  private static final int SOF0 = 0xC0;
  private static final int SOF1 = 0xC1;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int RST7 = 0xD7;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP14 = 0xEE;

  /** Ten or so are usual. Each may be a few bytes long, and takes as long as the image is large. */
  private static final int MAX_SCANS = 100;

  private final Encoded image;
  private int frame; // where the frame header begins, after its marker
  private int scan; // where the last scan's header begins
  private int scanEnd; // where the first marker after the first scan's data is
  private int scans;
  private boolean sequential;
  private boolean restarts;
  private boolean ycck;

  private JpegStructure(Encoded image) {
    this.image = image;
  }

  static ImageHeader check(Encoded image) {
    JpegStructure structure = new JpegStructure(image);
    structure.walk();
    return structure.header();
  }

  private void walk() {
    int at = 2;
    while (true) {
      at = marker(image, at);
      int marker = image.u8(at - 1);
      if (scans == 1 && scanEnd == 0) {
        scanEnd = at - 2;
      }
      if (marker == EOI) {
        break;
      }
      restarts |= marker >= RST0 && marker <= RST7;
      if (marker <= 1 || (marker >= RST0 && marker <= SOI)) {
        continue; // no length follows
      }
      note(marker, at);
      int length = image.u16be(at);
      if (length < 2) {
        throw image.refused("it is damaged: a segment has no length");
      }
      at = image.skip(at, length);
    }
    if (frame == 0 || scans == 0) {
      throw image.refused("it is damaged: it ends without an image");
    }
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

  private void note(int marker, int at) {
    if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
      if (frame != 0) {
        throw image.refused("it is damaged: it has two frame headers");
      }
      frame = at;
      sequential = marker == SOF0 || marker == SOF1;
      header(); // refuses what is not read, whatever follows
    } else if (marker == SOS) {
      scan = at;
      scans++;
      if (scans > MAX_SCANS) {
        throw image.refused("it is a JPEG of more than " + MAX_SCANS + " scans; save it again");
      }
    }
    ycck |= marker == APP14 && image.has(at + 2, "Adobe") && image.u8(at + 13) != 0;
  }

  private ImageHeader header() {
    int bits = image.u8(frame + 2);
    int components = image.u8(frame + 7);
    if (bits != 8) {
      throw image.refused("it is a JPEG of " + bits + " bits a value; convert it to 8 bits");
    }
    if (components != 1 && components != 3 && components != 4) {
      throw image.refused("it is a JPEG of " + components + " components, which has no meaning");
    }
    Components kind = Components.ANY;
    if (components == 4) {
      kind = ycck ? Components.YCCK : Components.CMYK;
    }
    return ImageHeader.of(
        image, image.u16be(frame + 5), image.u16be(frame + 3), kind, cut(components));
  }

  private @Nullable JpegCut cut(int components) {
    if (!sequential || restarts || scans != 1 || image.u8(scan + 2) != components) {
      return null;
    }
    int sampling = 1;
    for (int component = 0; component < components; component++) {
      sampling = Math.max(sampling, image.u8(frame + 9 + 3 * component) & 0xf);
    }
    return new JpegCut(frame + 3, 8 * sampling, scanEnd);
  }
}
