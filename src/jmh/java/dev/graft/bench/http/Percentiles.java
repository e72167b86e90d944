package dev.graft.bench.http;

import java.util.Arrays;

/** Percentiles by nearest rank: each is one of the values. */
public final class Percentiles {
  private final double[] sorted;

  private Percentiles(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Takes some values.
   *
   * @param values in any order, not changed
   * @return their percentiles
   */
  public static Percentiles of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  /**
   * Gives the smallest value that at least so many percent of the values do not exceed.
   *
   * @param percent more than 0, at most 100
   * @return that value, NaN where there are none
   */
  public double at(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("There is no percentile " + percent + ".");
    }
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent * sorted.length / 100);
    return sorted[Math.max(rank, 1) - 1];
  }
}
