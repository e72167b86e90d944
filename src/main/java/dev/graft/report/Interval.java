package dev.graft.report;

/**
 * A range that holds an unknown share with 95 % confidence, given how often something was seen.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 * @see <a href="https://www.jstor.org/stable/2276774">Wilson 1927, Probable Inference</a>
 */
record Interval(double low, double high) {
  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Wilson's score interval; the whole range from 0 to 1 where nothing was tried. */
  static Interval wilson(int successes, int trials) {
    if (trials == 0) {
      return new Interval(0, 1);
    }
    double n = trials;
    double share = successes / n;
    double centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
    double half = Z / (1 + Z * Z / n) * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }

  @Override
  public String toString() {
    return Shown.format("%.1f–%.1f %%", 100 * low, 100 * high);
  }
}
