package dev.graft.bench;

import java.util.List;
import org.openjdk.jmh.util.ListStatistics;

/**
 * The ratio of two sides that took turns: the geometric mean of the pairs' ratios, and the 95 %
 * interval of Student's t for the mean of their logarithms. With fewer than three pairs there is no
 * interval; its ends are NaN.
 *
 * @param value the mean
 * @param low the lower end
 * @param high the upper end
 */
record PairedRatio(double value, double low, double high) {
  /** Divides pair by pair. */
  static PairedRatio of(List<Double> numerators, List<Double> denominators) {
    int pairs = numerators.size();
    if (pairs == 0 || denominators.size() != pairs) {
      throw new IllegalArgumentException(pairs + " and " + denominators.size() + " are no pairs.");
    }
    double[] logs = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      logs[i] = Math.log(numerators.get(i) / denominators.get(i));
    }
    var statistics = new ListStatistics(logs);
    double mean = statistics.getMean();
    double error = statistics.getMeanErrorAt(0.95); // NaN for fewer than three
    return new PairedRatio(Math.exp(mean), Math.exp(mean - error), Math.exp(mean + error));
  }
}
