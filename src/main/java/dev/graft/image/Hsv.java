package dev.graft.image;

/**
 * Hue, saturation and value in 8 bits each, with the precision of Pillow's conversion at each step:
 * what is cast to float here is a float there.
 */
final class Hsv {
  private Hsv() {}

  /** Shifts the hue of each pixel, in 256ths of the colour circle; the sum wraps around. */
  static void shiftHue(PixelImage image, int shift) {
    byte[] pixels = image.pixels();
    int end = image.width() * image.height() * 3;
    for (int at = 0; at < end; at += 3) {
      int red = pixels[at] & 0xff;
      int green = pixels[at + 1] & 0xff;
      int blue = pixels[at + 2] & 0xff;
      int value = Math.max(red, Math.max(green, blue));
      int range = value - Math.min(red, Math.min(green, blue));
      // The saturation of a very dark or pale pixel may round to 0: it becomes grey.
      int saturation = range == 0 ? 0 : (int) ((float) range / value * 255.0);
      if (saturation == 0) {
        pixels[at] = (byte) value;
        pixels[at + 1] = (byte) value;
        pixels[at + 2] = (byte) value;
      } else {
        int hue = hue(red, green, blue, value, range) + shift & 0xff;
        write(hue, saturation, value, pixels, at);
      }
    }
  }

  private static int hue(int red, int green, int blue, int value, float range) {
    float fromRed = (value - red) / range;
    float fromGreen = (value - green) / range;
    float fromBlue = (value - blue) / range;
    float sixths;
    if (red == value) {
      sixths = fromBlue - fromGreen;
    } else if (green == value) {
      sixths = (float) (2.0 + fromRed - fromBlue);
    } else {
      sixths = (float) (4.0 + fromGreen - fromRed);
    }
    double turns = sixths / 6.0 + 1;
    return (int) ((float) (turns >= 1 ? turns - 1 : turns) * 255.0);
  }

  private static void write(int hue, int saturation, int value, byte[] pixels, int at) {
    double sixths = hue * 6.0 / 255;
    int sector = (int) sixths;
    float rest = (float) (sixths - sector);
    float strength = (float) (saturation / 255.0);
    byte top = (byte) value;
    byte low = (byte) Math.round(value * (1.0 - strength));
    byte falling = (byte) Math.round(value * (1.0 - strength * rest));
    byte rising = (byte) Math.round(value * (1.0 - strength * (1.0 - rest)));
    switch (sector % 6) {
      case 0 -> put(pixels, at, top, rising, low);
      case 1 -> put(pixels, at, falling, top, low);
      case 2 -> put(pixels, at, low, top, rising);
      case 3 -> put(pixels, at, low, falling, top);
      case 4 -> put(pixels, at, rising, low, top);
      default -> put(pixels, at, top, low, falling);
    }
  }

  private static void put(byte[] pixels, int at, byte red, byte green, byte blue) {
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
  }
}
