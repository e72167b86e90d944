package dev.graft.image;

import java.util.Arrays;

/**
 * Pillow's bilinear resampling, to the bit: each pass is a weighted sum over a triangle as wide as
 * two source pixels or two target pixels, whichever is more, in fixed point, rounded to 8 bits;
 * columns first, then rows, as Pillow does up to version 12.1. Newer versions take the rows first
 * where that is less work, mostly in tall images, and may differ by a grey level. Pillow's
 * documentation describes it under <a
 * href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">filters</a>.
 */
final class Resampler {
  private static final int HALF = 1 << (Taps.PRECISION_BITS - 1);

  private final Taps columns = new Taps();
  private final Taps rows = new Taps();
  private int[] strip = {}; // what the first pass gives: 8-bit values, as ints for the second
  private int[] sums = {};

  /**
   * Resamples a part of an image to a size, and writes a window of the result.
   *
   * @param part the part of {@code from}; nothing outside it counts
   * @param size what the part is resized to, at (0, 0)
   * @param window the pixels of it that are computed
   * @param at where in {@code to} the window is written, of the window's size
   * @param flip whether the window is written mirrored, left for right
   */
  void resample(
      PixelImage from, Box part, Box size, Box window, PixelImage to, Box at, boolean flip) {
    columns.prepare(part.width(), size.width(), window.x(), window.width());
    rows.prepare(part.height(), size.height(), window.y(), window.height());
    int values = window.width() * 3;
    int firstRow = rows.lowest();
    int rowCount = rows.highest() - firstRow;
    int needed = Math.multiplyExact(rowCount, values);
    if (!PixelImage.suits(strip.length, needed, PixelImage.RETAINED_BYTES / Integer.BYTES)) {
      strip = new int[needed];
    }
    for (int row = 0; row < rowCount; row++) {
      int start = ((part.y() + firstRow + row) * from.width() + part.x()) * 3;
      sumColumns(from.pixels(), start, row * values, flip);
    }
    if (sums.length < values) {
      sums = new int[values];
    }
    for (int row = 0; row < window.height(); row++) {
      int target = ((at.y() + row) * to.width() + at.x()) * 3;
      sumRows(row, firstRow, values, to.pixels(), target);
    }
  }

  /** The first pass over one row of pixels, which begins at {@code start}. */
  private void sumColumns(byte[] pixels, int start, int target, boolean flip) {
    int[] weights = columns.weights;
    int count = columns.count;
    int step = flip ? -3 : 3;
    int put = flip ? target + (count - 1) * 3 : target;
    for (int column = 0; column < count; column++, put += step) {
      int at = start + columns.first[column] * 3;
      int weight = column * columns.stride;
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int end = weight + columns.length[column]; weight < end; weight++, at += 3) {
        int factor = weights[weight];
        red += (pixels[at] & 0xff) * factor;
        green += (pixels[at + 1] & 0xff) * factor;
        blue += (pixels[at + 2] & 0xff) * factor;
      }
      strip[put] = to8Bits(red);
      strip[put + 1] = to8Bits(green);
      strip[put + 2] = to8Bits(blue);
    }
  }

  /** The second pass, for one row of the result. */
  private void sumRows(int row, int firstRow, int values, byte[] pixels, int target) {
    int[] from = strip;
    int[] into = sums;
    Arrays.fill(into, 0, values, HALF);
    int start = (rows.first[row] - firstRow) * values;
    for (int tap = 0; tap < rows.length[row]; tap++, start += values) {
      int factor = rows.weights[row * rows.stride + tap];
      for (int i = 0; i < values; i++) {
        into[i] += from[start + i] * factor;
      }
    }
    for (int i = 0; i < values; i++) {
      pixels[target + i] = (byte) to8Bits(into[i]);
    }
  }

  /** Weights are positive and add up to 1 but for rounding, so only the upper end can be passed. */
  private static int to8Bits(int sum) {
    return Math.min(sum >> Taps.PRECISION_BITS, 255);
  }
}
