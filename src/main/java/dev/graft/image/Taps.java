package dev.graft.image;

/**
 * Which source pixels make up each target pixel along one axis, and with what weights: a triangle
 * around the target's centre, at least one source pixel to each side.
 */
final class Taps {
  /** Weights are multiples of 2^-22: 8 bits of value and 2 of headroom fit beside them in 32. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  /** For each target pixel, the first source pixel and how many follow. */
  int[] first = {};

  int[] length = {};

  /** The weights of target pixel {@code i} begin at {@code i * stride}. */
  int[] weights = {};

  int stride;
  int count;
  private double[] exact = {};
  private int in;
  private int out;
  private int from;

  /** Computes {@code n} target pixels from {@code begin} of an axis resized from one size. */
  void prepare(int inSize, int outSize, int begin, int n) {
    if (inSize == in && outSize == out && begin == from && n == count) {
      return;
    }
    in = inSize;
    out = outSize;
    from = begin;
    count = n;
    double scale = (double) inSize / outSize;
    double support = Math.max(scale, 1);
    stride = (int) Math.ceil(support) * 2 + 1;
    if (first.length < n) {
      first = new int[n];
      length = new int[n];
    }
    if (weights.length < n * stride) {
      weights = new int[Math.multiplyExact(n, stride)];
    }
    if (exact.length < stride) {
      exact = new double[stride];
    }
    for (int i = 0; i < n; i++) {
      weigh(i, (begin + i + 0.5) * scale, support);
    }
  }

  /** The first source pixel of all. */
  int lowest() {
    return first[0];
  }

  /** The source pixel after the last of all. */
  int highest() {
    return first[count - 1] + length[count - 1];
  }

  private void weigh(int i, double center, double support) {
    int begin = Math.max((int) (center - support + 0.5), 0);
    int end = Math.min((int) (center + support + 0.5), in);
    double sum = 0;
    double perPixel = 1 / support;
    for (int x = begin; x < end; x++) {
      double weight = Math.max(1 - Math.abs((x - center + 0.5) * perPixel), 0);
      exact[x - begin] = weight;
      sum += weight;
    }
    first[i] = begin;
    length[i] = end - begin;
    for (int tap = 0; tap < end - begin; tap++) {
      weights[i * stride + tap] = (int) (0.5 + exact[tap] / sum * (1 << PRECISION_BITS));
    }
  }
}
