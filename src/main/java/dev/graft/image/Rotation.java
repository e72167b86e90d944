package dev.graft.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * Pillow's rotation about the centre with the nearest pixel, to the bit: where the centre of a
 * target pixel comes from, {@code (a x + b y + c, d x + e y + f)}. Positions are added up step by
 * step, in multiples of 2^-16 where those fit an int, else in double precision.
 */
record Rotation(double a, double b, double c, double d, double e, double f) {
  private static final int ONE = 1 << 16;
  private static final int LIMIT = 1 << 15;

  /**
   * The rotation of an image of this size.
   *
   * @param angle in degrees, counterclockwise
   */
  static Rotation of(int width, int height, double angle) {
    double turn = angle % 360;
    double radians = -Math.toRadians(turn < 0 ? turn + 360 : turn);
    double cos = rounded(StrictMath.cos(radians));
    double sin = rounded(StrictMath.sin(radians));
    double centerX = width / 2.0;
    double centerY = height / 2.0;
    double c = cos * -centerX + sin * -centerY + centerX;
    double f = -sin * -centerX + cos * -centerY + centerY;
    return new Rotation(cos, sin, c, -sin, cos, f);
  }

  /** To 15 decimals, which makes quarter turns exact. */
  private static double rounded(double value) {
    return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
  }

  /** Draws an image turned; both have the size this is for. */
  void draw(PixelImage from, PixelImage to) {
    int width = to.width();
    int height = to.height();
    Arrays.fill(to.pixels(), 0, width * height * 3, (byte) 0);
    if (fits(0, 0) && fits(width, height) && fits(0, height) && fits(width, 0)) {
      drawFixed(from, to);
    } else {
      drawExact(from, to);
    }
  }

  private boolean fits(int x, int y) {
    return Math.abs(x * a + y * b + c) < LIMIT && Math.abs(x * d + y * e + f) < LIMIT;
  }

  private void drawFixed(PixelImage from, PixelImage to) {
    int stepX = fixed(a);
    int stepY = fixed(d);
    int startX = fixed(c + a * 0.5 + b * 0.5);
    int startY = fixed(f + d * 0.5 + e * 0.5);
    for (int row = 0; row < to.height(); row++) {
      int x = startX;
      int y = startY;
      for (int column = 0; column < to.width(); column++) {
        copy(from, x >> 16, y >> 16, to, row, column);
        x += stepX;
        y += stepY;
      }
      startX += fixed(b);
      startY += fixed(e);
    }
  }

  private void drawExact(PixelImage from, PixelImage to) {
    double startX = c + b * 0.5 + a * 0.5;
    double startY = f + e * 0.5 + d * 0.5;
    for (int row = 0; row < to.height(); row++) {
      double x = startX;
      double y = startY;
      for (int column = 0; column < to.width(); column++) {
        copy(from, (int) Math.floor(x), (int) Math.floor(y), to, row, column);
        x += a;
        y += d;
      }
      startX += b;
      startY += e;
    }
  }

  private static void copy(PixelImage from, int x, int y, PixelImage to, int row, int column) {
    if (0 <= x && x < from.width() && 0 <= y && y < from.height()) {
      System.arraycopy(
          from.pixels(),
          (y * from.width() + x) * 3,
          to.pixels(),
          (row * to.width() + column) * 3,
          3);
    }
  }

  private static int fixed(double value) {
    return (int) Math.floor(value * ONE + 0.5);
  }
}
