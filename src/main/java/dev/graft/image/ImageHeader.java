package dev.graft.image;

/**
 * What an encoded image says about itself.
 *
 * @param cmyk whether it is a JPEG of four components
 */
record ImageHeader(int width, int height, boolean cmyk) {
  /** The size from which Pillow refuses an image as a decompression bomb. */
  static final int MAX_PIXELS = 178_956_970;

  static ImageHeader of(Encoded image, long width, long height) {
    return of(image, width, height, false);
  }

  static ImageHeader of(Encoded image, long width, long height, boolean cmyk) {
    if (width < 1 || height < 1) {
      throw image.refused("its header says that it has no pixels: " + width + " x " + height);
    }
    if (width > MAX_PIXELS || height > MAX_PIXELS || width * height > MAX_PIXELS) {
      throw image.refused(
          "its header says that it has %d x %d pixels, more than the limit of %d (a decompression bomb?)"
              .formatted(width, height, MAX_PIXELS));
    }
    return new ImageHeader((int) width, (int) height, cmyk);
  }
}
