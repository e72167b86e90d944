package dev.graft.image;

import java.util.function.IntFunction;

/**
 * An image of known size that is decoded from the top, as far as it is needed.
 *
 * @param decoder gives so many rows of the image, or more
 */
record ImageRows(int width, int height, IntFunction<PixelImage> decoder) {
  /** An image that is decoded already. */
  static ImageRows of(PixelImage image) {
    return new ImageRows(image.width(), image.height(), rows -> image);
  }

  /** The first {@code count} rows, if not more. */
  PixelImage first(int count) {
    return decoder.apply(count);
  }
}
