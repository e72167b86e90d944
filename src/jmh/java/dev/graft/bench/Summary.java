package dev.graft.bench;

import java.util.List;

/**
 * A side's turns.
 *
 * @param median of all
 * @param min the smallest
 * @param max the largest
 */
record Summary(double median, double min, double max) {
  /** Sums up at least one value. */
  static Summary of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Summary(median, sorted.get(0), sorted.get(sorted.size() - 1));
  }
}
