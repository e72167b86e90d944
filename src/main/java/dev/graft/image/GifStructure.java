package dev.graft.image;

/** Walks a GIF's blocks (GIF89a specification) to the end of its first image. */
final class GifStructure {
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;
  private static final int GRAPHIC_CONTROL = 0xF9;

  private GifStructure() {}

  static ImageHeader check(Encoded image) {
    int width = image.u16le(6);
    int height = image.u16le(8);
    ImageHeader header = ImageHeader.of(image, width, height);
    int at = image.skip(13, tableBytes(image.u8(10)));
    while (image.u8(at) == EXTENSION) {
      if (image.u8(at + 1) == GRAPHIC_CONTROL && (image.u8(at + 3) & 1) != 0) {
        throw image.refused(
            "it is a GIF with transparency, which readers fill differently; save it as PNG");
      }
      at = afterBlocks(image, at + 2);
    }
    if (image.u8(at) != IMAGE) {
      throw image.refused("it is damaged: it is a GIF without an image");
    }
    if (image.u16le(at + 1) + image.u16le(at + 5) > width
        || image.u16le(at + 3) + image.u16le(at + 7) > height) {
      throw image.refused("it is damaged: its first image is larger than its canvas");
    }
    int data = image.skip(at + 10, tableBytes(image.u8(at + 9)));
    afterBlocks(image, data + 1);
    return header;
  }

  private static int tableBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  /** The position after a chain of sub-blocks, which an empty one ends. */
  private static int afterBlocks(Encoded image, int from) {
    int at = from;
    while (image.u8(at) != 0) {
      at = image.skip(at, 1L + image.u8(at));
    }
    return at + 1;
  }
}
