package dev.graft.image;

/** Reads the header of a binary PBM, PGM or PPM (netpbm's pages) and checks its length. */
final class PnmStructure {
  private static final int MAX_NUMBER = 1 << 28;

  private final Encoded image;
  private int at = 2;

  private PnmStructure(Encoded image) {
    this.image = image;
  }

  static ImageHeader check(Encoded image) {
    return new PnmStructure(image).check();
  }

  private ImageHeader check() {
    int kind = image.u8(1) - '0';
    if (kind < 1 || kind > 6 || !isSpace(image.u8(2))) {
      throw image.refused("it is not an image of a known format");
    }
    if (kind <= 3) {
      throw image.refused("it is a PNM in plain text; save it in the binary form");
    }
    long width = number();
    ImageHeader header = ImageHeader.of(image, width, number());
    long stride = kind == 4 ? (width + 7) / 8 : kind == 5 ? width : 3 * width;
    if (kind != 4) {
      int largest = number();
      if (largest != 255) {
        throw image.refused(
            "it is a PNM whose largest value is " + largest + "; convert it to 255");
      }
    }
    image.skip(at + 1, stride * header.height());
    return header;
  }

  /** The next number; white space and comments may come before it. */
  private int number() {
    while (isSpace(image.u8(at)) || image.u8(at) == '#') {
      if (image.u8(at) == '#') {
        at++;
        while (image.u8(at) != '\n') {
          at++;
        }
      }
      at++;
    }
    int value = 0;
    int start = at;
    for (int digit = image.u8(at) - '0'; digit >= 0 && digit <= 9; digit = image.u8(at) - '0') {
      value = Math.min(value * 10 + digit, MAX_NUMBER / 10);
      at++;
    }
    if (at == start || !isSpace(image.u8(at))) {
      throw image.refused("it is damaged: a number in its header is not one");
    }
    return value;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
