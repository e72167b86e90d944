package dev.graft.image;

import java.util.function.IntFunction;

/**
 * An image of known size that is decoded from the top, as far as it is needed.
 *
 * @param decoder gives the image, of which at least so many rows are decoded; the others are
 *     undefined
 */
record ImageRows(int width, int height, IntFunction<PixelImage> decoder) {
  /** An image that is decoded already. */
  static ImageRows of(PixelImage image) {
    return new ImageRows(image.width(), image.height(), rows -> image);
  }

  /** The image, with its first {@code count} rows. */
  PixelImage first(int count) {
    return decoder.apply(count);
  }
}
