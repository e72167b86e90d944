package dev.graft.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * One axis of a plot: a range between round numbers, and which of them are written beside it.
 *
 * @param from the lowest value
 * @param to the highest value, above {@code from}
 * @param logarithmic whether equal factors are equally long
 * @param ticks the values that are written
 * @param name what the axis shows
 * @param format how a value is written
 */
record Axis(
    double from,
    double to,
    boolean logarithmic,
    List<Double> ticks,
    String name,
    DoubleFunction<String> format) {
  private static final int MOST_STEPS = 6;

  /** Above this ratio of the largest to the smallest value, a linear axis hides the small ones. */
  private static final double WIDE = 50;

  /** The parts of a plot that shares of one are drawn in, from 0 to 1. */
  static Axis unit(String name) {
    return new Axis(0, 1, false, List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), name, Shown::significant);
  }

  /** Whole numbers from 0 to {@code last}; one epoch alone stands in the middle. */
  static Axis epochs(int last) {
    if (last == 0) {
      return new Axis(-1, 1, false, List.of(0.0), "epoch", Shown::significant);
    }
    double step = Math.max(1, step(last));
    return new Axis(0, last, false, multiples(0, last, step), "epoch", Shown::significant);
  }

  /** Round numbers around the values, of which those that are no numbers are left out. */
  static Axis around(List<Double> values, String name) {
    double low = finite(values).min().orElse(0);
    double high = finite(values).max().orElse(1);
    if (high - low < Math.max(1e-12, Math.abs(high) * 1e-9)) {
      double margin = high == 0 ? 1 : Math.abs(high) / 2;
      low -= margin;
      high += margin;
    }
    double step = step(high - low);
    double from = Math.floor(low / step) * step;
    double to = Math.ceil(high / step) * step;
    return new Axis(from, to, false, multiples(from, to, step), name, Shown::significant);
  }

  /** Shares of one, written as percentages; no more of the range than the values need. */
  static Axis percentages(List<Double> values, String name) {
    Axis around = around(values, name);
    double step = step(around.to() - around.from());
    double from = Math.max(0, around.from());
    double to = Math.min(1, around.to());
    return new Axis(
        from, to, false, multiples(from, to, step), name, v -> Shown.significant(100 * v) + " %");
  }

  /** Powers of ten where the values, all above 0, are far apart; else as {@link #around}. */
  static Axis rates(List<Double> values, String name) {
    double low = finite(values).min().orElse(0);
    double high = finite(values).max().orElse(1);
    if (low <= 0 || high / low < WIDE) {
      return around(values, name);
    }
    int first = (int) Math.floor(Math.log10(low) + 1e-9);
    int last = (int) Math.ceil(Math.log10(high) - 1e-9);
    int each = (last - first) / MOST_STEPS + 1;
    List<Double> ticks = new ArrayList<>();
    for (int exponent = first; exponent <= last; exponent += each) {
      ticks.add(Math.pow(10, exponent));
    }
    return new Axis(Math.pow(10, first), Math.pow(10, last), true, ticks, name, Shown::significant);
  }

  /** Where a value lies between the ends: 0 to 1 within the range. */
  double share(double value) {
    return logarithmic
        ? (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))
        : (value - from) / (to - from);
  }

  private static java.util.stream.DoubleStream finite(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite);
  }

  /** The smallest of 1, 2 and 5 times a power of ten that needs no more than six steps. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / MOST_STEPS)));
    for (double factor : new double[] {1, 2, 5}) {
      if (range / (factor * power) <= MOST_STEPS + 1e-9) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static List<Double> multiples(double from, double to, double step) {
    List<Double> multiples = new ArrayList<>();
    long first = Math.round(Math.ceil(from / step - 1e-9));
    for (long i = first; i * step <= to + step * 1e-9; i++) {
      multiples.add(i * step);
    }
    return List.copyOf(multiples);
  }
}
