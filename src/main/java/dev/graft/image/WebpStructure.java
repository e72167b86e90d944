package dev.graft.image;

/** Reads the container of a WebP (RFC 9649, section 2) and the size in its first chunk. */
final class WebpStructure {
  private static final int FIRST_CHUNK = 12;
  private static final int MASK_14 = 0x3fff;

  private WebpStructure() {}

  static ImageHeader check(Encoded image) {
    image.skip(8, image.u32le(4));
    int data = FIRST_CHUNK + 8;
    image.skip(data, image.u32le(FIRST_CHUNK + 4));
    if (image.has(FIRST_CHUNK, "VP8X")) {
      return ImageHeader.of(image, 1 + u24(image, data + 4), 1 + u24(image, data + 7));
    }
    if (image.has(FIRST_CHUNK, "VP8L") && image.u8(data) == 0x2f) {
      long bits = image.u32le(data + 1);
      return ImageHeader.of(image, 1 + (bits & MASK_14), 1 + (bits >> 14 & MASK_14));
    }
    if (image.has(FIRST_CHUNK, "VP8 ") && image.has(data + 3, "\u009d\u0001*")) {
      int width = image.u16le(data + 6) & MASK_14;
      return ImageHeader.of(image, width, image.u16le(data + 8) & MASK_14);
    }
    throw image.refused("it is damaged: it is a WebP without an image");
  }

  private static int u24(Encoded image, int at) {
    return image.u16le(at) | image.u8(at + 2) << 16;
  }
}
