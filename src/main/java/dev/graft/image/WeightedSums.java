package dev.graft.image;

import java.util.Arrays;

/**
 * A row of weighted sums of pixels, in fixed point, rounded to 8 bits. A pixel is an int: red in
 * its lowest 8 bits, then green, then blue; the highest 8 do not count.
 *
 * <p>The loops are of the kind that Java's compiler turns into vector instructions: one array
 * written, each at the loop's own index.
 */
final class WeightedSums {
  /** Weights are multiples of 2^-22: 8 bits of value and 2 of headroom fit beside them in 32. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (PRECISION_BITS - 1);
  private static final int GREEN = 8;
  private static final int BLUE = 16;

  private int count;
  private int[] red = {};
  private int[] green = {};
  private int[] blue = {};

  /** Begins a row of {@code newCount} sums. */
  void begin(int newCount) {
    count = newCount;
    if (red.length < count) {
      red = new int[count];
      green = new int[count];
      blue = new int[count];
    }
    Arrays.fill(red, 0, count, HALF);
    Arrays.fill(green, 0, count, HALF);
    Arrays.fill(blue, 0, count, HALF);
  }

  /** Adds a pixel to each sum, each with a weight of its own. */
  void add(int[] pixels, int[] weights) {
    add(red, pixels, 0, weights);
    add(green, pixels, GREEN, weights);
    add(blue, pixels, BLUE, weights);
  }

  private void add(int[] sums, int[] pixels, int shift, int[] weights) {
    for (int i = 0; i < count; i++) {
      sums[i] += (pixels[i] >> shift & 0xff) * weights[i];
    }
  }

  /** Adds a pixel to each sum, all with the same weight. */
  void add(int[] pixels, int weight) {
    add(red, pixels, 0, weight);
    add(green, pixels, GREEN, weight);
    add(blue, pixels, BLUE, weight);
  }

  private void add(int[] sums, int[] pixels, int shift, int weight) {
    for (int i = 0; i < count; i++) {
      sums[i] += (pixels[i] >> shift & 0xff) * weight;
    }
  }

  /** Writes the sums as pixels. */
  void round(int[] pixels) {
    int[] r = red;
    int[] g = green;
    int[] b = blue;
    for (int i = 0; i < count; i++) {
      pixels[i] = to8Bits(r[i]) | to8Bits(g[i]) << GREEN | to8Bits(b[i]) << BLUE;
    }
  }

  /** Weights are positive and add up to 1 but for rounding: a value may pass 255, but not 511. */
  private static int to8Bits(int sum) {
    int value = sum >> PRECISION_BITS;
    return (value | -(value >> 8)) & 0xff; // at most 255; Math.min would not be vectorised
  }
}
