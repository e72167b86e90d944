package dev.graft.image;

/**
 * Which source pixels make up each target pixel along one axis, and with what weights: a triangle
 * around the target's centre, at least one source pixel to each side.
 */
final class Taps {
  /** How many target pixels there are. */
  int count;

  /** How many source pixels each target pixel is made of; some may have no weight. */
  int taps;

  /** The first source pixel of each target pixel; in ascending order, unless mirrored. */
  int[] first = {};

  /** The weights of target pixel {@code i} are {@code weights[tap][i]}. */
  int[][] weights = {};

  private double[] exact = {};
  private int in;
  private int out;
  private int from;
  private boolean backwards;
  private double scale;
  private double support;

  /**
   * Computes {@code n} target pixels from {@code begin} of an axis resized from one size to
   * another.
   *
   * @param mirrored whether the last of them comes first
   */
  void prepare(int inSize, int outSize, int begin, int n, boolean mirrored) {
    if (inSize == in && outSize == out && begin == from && n == count && mirrored == backwards) {
      return;
    }
    in = inSize;
    out = outSize;
    from = begin;
    count = n;
    backwards = mirrored;
    scale = (double) inSize / outSize;
    support = Math.max(scale, 1);
    taps = 0;
    for (int i = 0; i < n; i++) {
      taps = Math.max(taps, end(i) - begin(i));
    }
    if (first.length < n) {
      first = new int[n];
    }
    if (weights.length < taps || weights[0].length < n) {
      weights = new int[Math.max(weights.length, taps)][n];
    }
    if (exact.length < taps) {
      exact = new double[taps];
    }
    for (int i = 0; i < n; i++) {
      weigh(i);
    }
  }

  /** The source pixel after the last of all, if not mirrored. */
  int end() {
    return first[count - 1] + taps;
  }

  private double center(int i) {
    return ((backwards ? from + count - 1 - i : from + i) + 0.5) * scale;
  }

  private int begin(int i) {
    return Math.max((int) (center(i) - support + 0.5), 0);
  }

  private int end(int i) {
    return Math.min((int) (center(i) + support + 0.5), in);
  }

  private void weigh(int i) {
    double center = center(i);
    int begin = begin(i);
    int end = end(i);
    first[i] = Math.min(begin, in - taps);
    double sum = 0;
    double perPixel = 1 / support;
    for (int tap = 0; tap < taps; tap++) {
      int x = first[i] + tap;
      exact[tap] =
          x < begin || x >= end ? 0 : Math.max(1 - Math.abs((x - center + 0.5) * perPixel), 0);
      sum += exact[tap];
    }
    for (int tap = 0; tap < taps; tap++) {
      weights[tap][i] = (int) (0.5 + exact[tap] / sum * (1 << WeightedSums.PRECISION_BITS));
    }
  }
}
