package dev.graft.bench;

import java.util.Locale;

/** What a row should reach. */
sealed interface Target {
  /** Whether the ratio is our time over the other side's; otherwise it is a speedup. */
  boolean isCost();

  /**
   * Decides.
   *
   * @param ratio of the two sides; its parts are NaN without another side
   * @param seconds our median
   * @param memory our resident memory over the other side's; NaN where unknown
   */
  boolean met(PairedRatio ratio, double seconds, double memory);

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
    public boolean met(PairedRatio ratio, double seconds, double memory) {
      return ratio.value() >= factor;
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
    public boolean met(PairedRatio ratio, double seconds, double memory) {
      return ratio.value() <= factor;
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
    public boolean met(PairedRatio ratio, double seconds, double memory) {
      return ratio.low() <= factor;
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
    public boolean met(PairedRatio ratio, double seconds, double memory) {
      return Math.abs(ratio.value() - 1) <= share && memory <= 1 + growth;
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
    public boolean met(PairedRatio ratio, double seconds, double memory) {
      return seconds <= limit;
    }

    @Override
    public String text() {
      return String.format(Locale.ROOT, "<= %.1f s", limit);
    }
  }
}
