package dev.graft.image;

import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the first directory of a TIFF (revision 6.0). Of the many kinds, those are accepted that
 * all readers agree on: 8-bit grey, RGB or palette, or one bit; in strips; as they are or deflated.
 * (OpenCV would take damaged deflate and LZW data for an image.)
 */
final class TiffStructure {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIPS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int SAMPLE_FORMAT = 339;
  private static final int PALETTE = 3;
  private static final int RGB = 2;

  private static final int NONE = 1;
  private static final int DEFLATE = 8;

  private final Encoded image;
  private final boolean littleEndian;
  private final byte[] inflated = new byte[1 << 13];

  /** Where the entry of each tag is. */
  private final Map<Integer, Integer> entries = new HashMap<>();

  private TiffStructure(Encoded image) {
    this.image = image;
    this.littleEndian = image.u8(0) == 'I';
  }

  static ImageHeader check(Encoded image) {
    return new TiffStructure(image).check();
  }

  private ImageHeader check() {
    int directory = image.skip(0, u32(4));
    int count = u16(directory);
    image.skip(directory, 2 + 12L * count);
    for (int i = 0; i < count; i++) {
      int entry = directory + 2 + 12 * i;
      entries.putIfAbsent(u16(entry), entry);
    }
    ImageHeader header = ImageHeader.of(image, value(WIDTH, 0), value(HEIGHT, 0));
    requireKind();
    checkStrips(header);
    return header;
  }

  private void requireKind() {
    long photometric = value(PHOTOMETRIC, 0);
    long samples = value(SAMPLES, 1);
    long compression = value(COMPRESSION, NONE);
    boolean bitsAgree = true;
    for (int i = 0; i < count(BITS); i++) {
      bitsAgree &= value(BITS, i, 1) == value(BITS, 1);
    }
    long bits = value(BITS, 1);
    boolean colours =
        photometric == RGB
            ? samples == 3 && bits == 8
            : samples == 1 && (bits == 8 || (bits == 1 && photometric != PALETTE));
    boolean usual =
        bitsAgree
            && value(PLANAR, 1) == 1
            && value(ORIENTATION, 1) == 1
            && value(SAMPLE_FORMAT, 1) == 1
            && photometric >= 1
            && photometric <= PALETTE
            && (compression == NONE || compression == DEFLATE);
    if (!colours || !usual) {
      throw image.refused(
          "it is a TIFF other than upright 8-bit grey, palette or RGB, uncompressed or deflated"
              + " (%d x %d bits, photometric %d, compression %d, orientation %d); save it as PNG"
                  .formatted(samples, bits, photometric, compression, value(ORIENTATION, 1)));
    }
  }

  private void checkStrips(ImageHeader header) {
    int strips = count(STRIPS);
    if (strips == 0 || strips != count(STRIP_BYTES)) {
      throw image.refused("it is a TIFF without strips; save it as PNG");
    }
    long height = header.height();
    long rows = Math.min(value(ROWS_PER_STRIP, height), height);
    if (rows < 1 || strips != (height + rows - 1) / rows) {
      throw image.refused("it is damaged: its strips do not make up its height");
    }
    boolean deflated = value(COMPRESSION, NONE) == DEFLATE;
    long stride = (header.width() * value(SAMPLES, 1) * value(BITS, 1) + 7) / 8;
    long left = image.length();
    Inflater inflater = new Inflater();
    try {
      for (int i = 0; i < strips; i++) {
        long size = value(STRIP_BYTES, i, 0);
        int at = image.skip(0, value(STRIPS, i, 0));
        image.skip(at, size);
        left -= size;
        if (deflated && left < 0) { // or a small file would keep us busy for long
          throw image.refused("it is damaged: its strips overlap");
        }
        long needed = stride * Math.min(rows, height - i * rows);
        long found = deflated ? inflatedSize(inflater, at, (int) size, needed) : size;
        if (found < needed) {
          throw image.truncated();
        }
      }
    } finally {
      inflater.end();
    }
  }

  /** How much a strip inflates to; no longer looked at once it is more than is needed. */
  private long inflatedSize(Inflater inflater, int at, int size, long needed) {
    try {
      inflater.reset();
      inflater.setInput(image.bytes(), at, size);
      while (!inflater.finished() && inflater.getBytesWritten() <= needed) {
        if (inflater.inflate(inflated) == 0 && !inflater.finished()) {
          throw image.truncated();
        }
      }
      return inflater.getBytesWritten();
    } catch (DataFormatException damaged) {
      throw new ImageException(image.name(), "it is damaged: a strip is not deflate data", damaged);
    }
  }

  private long value(int tag, long otherwise) {
    return value(tag, 0, otherwise);
  }

  /** Value {@code i} of a tag: bytes, shorts or longs; in the entry itself where they fit. */
  private long value(int tag, int i, long otherwise) {
    Integer entry = entries.get(tag);
    if (entry == null || i >= count(tag)) {
      return otherwise;
    }
    int size = size(entry);
    int at = count(tag) * (long) size <= 4 ? entry + 8 : image.skip(0, u32(entry + 8));
    at = image.skip(at, (long) i * size);
    return size == 1 ? image.u8(at) : size == 2 ? u16(at) : u32(at);
  }

  private int count(int tag) {
    Integer entry = entries.get(tag);
    if (entry == null) {
      return 0;
    }
    long count = u32(entry + 4);
    image.skip(0, count); // each value is a byte at least
    return (int) count;
  }

  private int size(int entry) {
    return switch (u16(entry + 2)) {
      case 1 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      default -> throw image.refused("it is damaged: a TIFF tag has the wrong type");
    };
  }

  private int u16(int at) {
    return littleEndian ? image.u16le(at) : image.u16be(at);
  }

  private long u32(int at) {
    return littleEndian ? image.u32le(at) : image.u32be(at);
  }
}
