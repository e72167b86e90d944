package dev.graft.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a row should reach. */
sealed interface Target {
  /** Whether the ratio is our time over the other side's; otherwise it is a speedup. */
  boolean isCost();

  /**
   * What came out.
   *
   * @param ratio of the two sides; its parts are NaN without another side
   * @param seconds our median
   * @param memory our resident memory over the other side's; NaN where unknown
   * @param metrics the medians of what else our side measured, by name
   */
  record Findings(PairedRatio ratio, double seconds, double memory, Map<String, Double> metrics) {
    /** A metric, NaN where there is none of that name. */
    double metric(String name) {
      return metrics.getOrDefault(name, Double.NaN);
    }
  }

  /** Decides. */
  boolean met(Findings found);

  /** The target in words. */
  String text();

  /**
   * So many times as fast as the other side, by the mean ratio.
   *
   * @param factor at least
   */
  record Speedup(double factor) implements Target {
    @Override
    public boolean isCost() {
      return false;
    }

    @Override
    public boolean met(Findings found) {
      return found.ratio().value() >= factor;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, ">= %.2fx", factor);
    }
  }

  /**
   * So many times the other side's time, by the mean ratio.
   *
   * @param factor at most
   */
  record Cost(double factor) implements Target {
    @Override
    public boolean isCost() {
      return true;
    }

    @Override
    public boolean met(Findings found) {
      return found.ratio().value() <= factor;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, "<= %.2fx", factor);
    }
  }

  /**
   * So many times the other side's time, as far as can be told: the 95 % interval reaches down to
   * it.
   *
   * @param factor at most
   */
  record ReachedCost(double factor) implements Target {
    @Override
    public boolean isCost() {
      return true;
    }

    @Override
    public boolean met(Findings found) {
      return found.ratio().low() <= factor;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, "interval reaches <= %.2f", factor);
    }
  }

  /**
   * The other side's time, up to a share more or less, in no more memory.
   *
   * @param share of the time, at most
   * @param growth of the memory, at most
   */
  record SameRate(double share, double growth) implements Target {
    @Override
    public boolean isCost() {
      return true;
    }

    @Override
    public boolean met(Findings found) {
      return Math.abs(found.ratio().value() - 1) <= share && found.memory() <= 1 + growth;
    }

    @Override
    public String text() {
      return String.format(
          Locale.ROOT, "within %.0f %%, memory +%.0f %%", share * 100, growth * 100);
    }
  }

  /**
   * A time, by the median; there is no other side.
   *
   * @param limit in seconds, at most
   */
  record Seconds(double limit) implements Target {
    @Override
    public boolean isCost() {
      return true;
    }

    @Override
    public boolean met(Findings found) {
      return found.seconds() <= limit;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, "<= %.1f s", limit);
    }
  }

  /**
   * A metric of our side, by its median.
   *
   * @param name of the metric
   * @param least it should be, -∞ for any
   * @param most it should be, ∞ for any
   */
  record Metric(String name, double least, double most) implements Target {
    static Metric atLeast(String name, double least) {
      return new Metric(name, least, Double.POSITIVE_INFINITY);
    }

    static Metric atMost(String name, double most) {
      return new Metric(name, Double.NEGATIVE_INFINITY, most);
    }

    @Override
    public boolean isCost() {
      return true;
    }

    @Override
    public boolean met(Findings found) {
      double value = found.metric(name);
      return value >= least && value <= most;
    }

    @Override
    public String text() {
      return most == Double.POSITIVE_INFINITY
          ? String.format(Locale.ROOT, "%s >= %.2f", name, least)
          : String.format(Locale.ROOT, "%s <= %.2f", name, most);
    }
  }

  /**
   * Several targets, of which the first says what the ratio means.
   *
   * @param all at least one
   */
  record All(List<Target> all) implements Target {
    static All of(Target... all) {
      return new All(List.of(all));
    }

    @Override
    public boolean isCost() {
      return all.get(0).isCost();
    }

    @Override
    public boolean met(Findings found) {
      return all.stream().allMatch(target -> target.met(found));
    }

    @Override
    public String text() {
      return all.stream().map(Target::text).collect(Collectors.joining(", "));
    }
  }
}
