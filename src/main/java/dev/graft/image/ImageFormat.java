package dev.graft.image;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The formats that are read. Before an image is decoded, its structure is walked in Java: OpenCV
 * fills the missing part of a truncated file with grey, and trusts sizes.
 */
enum ImageFormat {
  JPEG("\u00ff\u00d8\u00ff", JpegStructure::check),
  PNG("\u0089PNG\r\n\u001a\n", PngStructure::check),
  WEBP("RIFF????WEBP", WebpStructure::check),
  BMP("BM", BmpStructure::check),
  GIF("GIF8?a", GifStructure::check),
  PNM("P", PnmStructure::check),
  TIFF_LITTLE_ENDIAN("II*\0", TiffStructure::check),
  TIFF_BIG_ENDIAN("MM\0*", TiffStructure::check);

  private static final String READ = "graft reads JPEG, PNG, WebP, BMP, GIF, PPM, PGM and TIFF";

  /** What files of other kinds begin with, to name them. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("????ftypavif", "an AVIF image"),
          Map.entry("????ftyphei", "a HEIC image"),
          Map.entry("????ftypmif1", "a HEIC image"),
          Map.entry("\0\0\0\fjP  ", "a JPEG 2000 image"),
          Map.entry("\u00ff\n", "a JPEG XL image"),
          Map.entry("8BPS", "a Photoshop document"),
          Map.entry("%PDF", "a PDF document"),
          Map.entry("PK\3\4", "a zip archive"),
          Map.entry("\u001f\u008b", "a gzip file"),
          Map.entry("II+\0", "a BigTIFF image"),
          Map.entry("MM\0+", "a BigTIFF image"));

  private final String magic;

  @SuppressWarnings("ImmutableEnumChecker") // a method reference without state
  private final Function<Encoded, ImageHeader> check;

  ImageFormat(String magic, Function<Encoded, ImageHeader> check) {
    this.magic = magic;
    this.check = check;
  }

  /**
   * Recognises an image and checks its structure.
   *
   * @throws ImageException if it is not one that is read, or damaged, or too large
   */
  static ImageHeader check(Encoded image) {
    if (image.length() == 0) {
      throw image.refused("it is empty");
    }
    return of(image)
        .orElseThrow(
            () ->
                image.refused(
                    ImageException.Kind.UNKNOWN_FORMAT, "it is " + kind(image) + "; " + READ))
        .check
        .apply(image);
  }

  /** Recognises an image by how it begins. */
  static Optional<ImageFormat> of(Encoded image) {
    return Stream.of(values()).filter(format -> image.has(0, format.magic)).findFirst();
  }

  /** What people call it, such as jpeg. */
  String label() {
    return switch (this) {
      case TIFF_LITTLE_ENDIAN, TIFF_BIG_ENDIAN -> "tiff";
      default -> name().toLowerCase(Locale.ROOT);
    };
  }

  private static String kind(Encoded image) {
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (image.has(0, other.getKey())) {
        return other.getValue();
      }
    }
    String start = image.text(0, 256);
    if (start.stripLeading().startsWith("<")) {
      return start.contains("<svg") ? "an SVG drawing" : "an HTML or XML page, not an image";
    }
    boolean text = start.chars().allMatch(c -> (c >= 0x20 && c != 0x7f) || (c >= 9 && c <= 13));
    return text ? "text, not an image" : "not an image of a known format";
  }
}
