package dev.graft.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an encoded image says about itself.
 *
 * @param components what its components are, where OpenCV must not convert them
 * @param cut how to decode its first rows alone, or null if that cannot be done
 * @param spans the parts of the file that are to be decoded, in this order; none for all of it
 */
record ImageHeader(
    int width, int height, Components components, @Nullable JpegCut cut, List<Span> spans) {
  /** A part of a file. */
  record Span(int from, int to) {}

  /** What four components of a JPEG are; anything else is left to OpenCV. */
  enum Components {
    ANY,
    CMYK,
    YCCK
  }

  /** The size from which Pillow refuses an image as a decompression bomb. */
  static final int MAX_PIXELS = 178_956_970;

  static ImageHeader of(Encoded image, long width, long height) {
    return of(image, width, height, Components.ANY, null);
  }

  static ImageHeader of(
      Encoded image, long width, long height, Components components, @Nullable JpegCut cut) {
    if (width < 1 || height < 1) {
      throw image.refused("it says that it has no pixels: " + width + " x " + height);
    }
    int most = image.maxPixels();
    if (width > most || height > most || width * height > most) {
      throw image.refused(
          ImageException.Kind.TOO_LARGE,
          "it says that it has %d x %d pixels, more than the limit of %d (a decompression bomb?)"
              .formatted(width, height, most));
    }
    return new ImageHeader((int) width, (int) height, components, cut, List.of());
  }

  ImageHeader withSpans(List<Span> parts) {
    return new ImageHeader(width, height, components, cut, parts);
  }
}
