package dev.graft.image;

/**
 * The four adjustments of {@link ColorJitter}, to the bit those of Pillow that torchvision calls. A
 * factor of 1 leaves brightness, contrast and saturation as they are; hue is shifted by a part of
 * the colour circle.
 *
 * <p>The first three mix each value with a duller image, in single precision, cut off to whole grey
 * levels; a factor above 1 moves away from it. Pillow's documentation describes them under <a
 * href="https://pillow.readthedocs.io/en/stable/reference/ImageEnhance.html">ImageEnhance</a>.
 */
enum ColorAdjustment {
  /** Mixes with black. */
  BRIGHTNESS {
    @Override
    void apply(PixelImage image, double factor) {
      mixWithGrey(image, 0, (float) factor);
    }
  },

  /** Mixes with the mean luma, rounded to a whole grey level. */
  CONTRAST {
    @Override
    void apply(PixelImage image, double factor) {
      byte[] pixels = image.pixels();
      int count = image.width() * image.height();
      long sum = 0;
      for (int at = 0; at < 3 * count; at += 3) {
        sum += luma(pixels[at] & 0xff, pixels[at + 1] & 0xff, pixels[at + 2] & 0xff);
      }
      mixWithGrey(image, (int) ((double) sum / count + 0.5), (float) factor);
    }
  },

  /** Mixes each pixel with its own luma. */
  SATURATION {
    @Override
    void apply(PixelImage image, double factor) {
      byte[] pixels = image.pixels();
      int end = image.width() * image.height() * 3;
      for (int at = 0; at < end; at += 3) {
        int red = pixels[at] & 0xff;
        int green = pixels[at + 1] & 0xff;
        int blue = pixels[at + 2] & 0xff;
        int grey = luma(red, green, blue);
        pixels[at] = mix(grey, red, (float) factor);
        pixels[at + 1] = mix(grey, green, (float) factor);
        pixels[at + 2] = mix(grey, blue, (float) factor);
      }
    }
  },

  /** Shifts the 8-bit hue, cut off towards 0; even a shift of 0 rounds, since HSV has 8 bits. */
  HUE {
    @Override
    void apply(PixelImage image, double factor) {
      Hsv.shiftHue(image, (int) (factor * 255));
    }
  };

  /** Changes the pixels of an image. */
  abstract void apply(PixelImage image, double factor);

  private static void mixWithGrey(PixelImage image, int grey, float factor) {
    byte[] mixed = new byte[256];
    for (int value = 0; value < 256; value++) {
      mixed[value] = mix(grey, value, factor);
    }
    byte[] pixels = image.pixels();
    int end = image.width() * image.height() * 3;
    for (int i = 0; i < end; i++) {
      pixels[i] = mixed[pixels[i] & 0xff];
    }
  }

  private static byte mix(int dull, int value, float factor) {
    return (byte) Math.max(0, Math.min(255, (int) (dull + factor * (value - dull))));
  }

  /** ITU-R BT.601's luma, in multiples of 2^-16, rounded. */
  private static int luma(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + (1 << 15)) >> 16;
  }
}
