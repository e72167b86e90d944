package dev.graft.formula;

/**
 * Value noise: a smooth function of the plane that is random at the points of a lattice.
 *
 * @param seed decides the function
 */
record Noise(long seed) {
  /**
   * The function's value.
   *
   * @return from -1 to 1; about 1 apart, values are independent
   */
  double at(double x, double y) {
    double left = Math.floor(x);
    double top = Math.floor(y);
    double across = smooth(x - left);
    double down = smooth(y - top);
    long column = (long) left;
    long row = (long) top;
    double upper = mix(value(column, row), value(column + 1, row), across);
    double lower = mix(value(column, row + 1), value(column + 1, row + 1), across);
    return mix(upper, lower, down);
  }

  /**
   * The distance to the nearest of points that lie one in each cell of the lattice, as in cellular
   * textures.
   *
   * @return from 0 to about 1.5
   * @see <a href="https://doi.org/10.1145/237170.237267">Worley 1996, A cellular texture basis
   *     function</a>
   */
  double cells(double x, double y) {
    long column = (long) Math.floor(x);
    long row = (long) Math.floor(y);
    double nearest = Double.MAX_VALUE;
    for (long j = row - 1; j <= row + 1; j++) {
      for (long i = column - 1; i <= column + 1; i++) {
        double dx = i + 0.5 + 0.45 * value(2 * i, j) - x;
        double dy = j + 0.5 + 0.45 * value(2 * i + 1, j) - y;
        nearest = Math.min(nearest, dx * dx + dy * dy);
      }
    }
    return Math.sqrt(nearest);
  }

  /**
   * One of 2^53 values from -1 to 1, mixed from the place and the seed as SplittableRandom does.
   */
  private double value(long x, long y) {
    long z = seed + x * 0x9E3779B97F4A7C15L + y * 0xD1B54A32D192ED03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >> 11) * 0x1p-52;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double from, double to, double share) {
    return from + share * (to - from);
  }
}
