package dev.graft.image;

/** The images that scripts/make-transform-references.py draws, by the same formula in integers. */
final class Drawings {
  /** The value of a channel at a place. */
  private interface Formula {
    int value(int x, int y, int channel);
  }

  private Drawings() {}

  /** Draws what a line of the references names: kind, width, height and seed. */
  static PixelImage draw(String described) {
    String[] words = described.split(" ", -1);
    PixelImage image = new PixelImage();
    image.setSize(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    Formula formula = formula(words[0], image.width(), image.height(), Integer.parseInt(words[3]));
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < 3; c++, at++) {
          image.pixels()[at] = (byte) Math.max(0, Math.min(255, formula.value(x, y, c)));
        }
      }
    }
    return image;
  }

  private static Formula formula(String kind, int width, int height, int seed) {
    return switch (kind) {
      case "noise" -> (x, y, c) -> mixed(x, y, c, seed) & 255;
      case "grey" -> (x, y, c) -> mixed(x, y, 0, seed) & 255;
      case "saturated" -> (x, y, c) -> (mixed(x, y, c, seed) & 1) * 255;
      case "colours" -> (x, y, c) -> (y * width + x) >> (8 * c) & 255;
      case "flat" -> (x, y, c) -> new int[] {seed, 255 - seed, 77}[c];
      case "drawing" ->
          (x, y, c) -> {
            int smooth = smooth(x, y, c, Math.max(width - 1, 1), Math.max(height - 1, 1));
            boolean inverted = (x / 7 + y / 5) % 4 == 0;
            return (inverted ? 255 - smooth : smooth) + (mixed(x, y, c, seed) & 15) - 8;
          };
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static int smooth(int x, int y, int channel, int right, int bottom) {
    return switch (channel) {
      case 0 -> 255 * x / right;
      case 1 -> 255 * y / bottom;
      default -> (3 * x + 5 * y) % 256;
    };
  }

  private static int mixed(int x, int y, int channel, int seed) {
    int sum = x * 374761393 + y * 668265263 + channel * 1274126177 + seed * 974711;
    int product = (sum ^ (sum >>> 13)) * 1103515245;
    return product ^ (product >>> 16);
  }
}
