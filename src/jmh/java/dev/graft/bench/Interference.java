package dev.graft.bench;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What else ran while a row was measured.
 *
 * @param othersShare the share of all processors' time that others used; null where unknown
 * @param ourShare the share that the sides and the driver used
 */
record Interference(@Nullable Double othersShare, @Nullable Double ourShare) {
  private static final double ALLOWED = 0.03;

  /** Judges the time between two readings. */
  static Interference between(Optional<CpuTimes> before, Optional<CpuTimes> after) {
    if (before.isEmpty() || after.isEmpty()) {
      return new Interference(null, null);
    }
    CpuTimes start = before.get();
    CpuTimes end = after.get();
    double total = end.total() - start.total();
    double ours = end.ours() - start.ours();
    double others = end.busy() - start.busy() - ours;
    return total <= 0
        ? new Interference(null, null)
        : new Interference(Math.max(0, others) / total, ours / total);
  }

  /** Whether a number can be believed. */
  boolean isClean() {
    return othersShare != null && othersShare <= ALLOWED;
  }

  /** Clean or not, and why. */
  String text() {
    if (othersShare == null) {
      return "NOT CLEAN: this system does not tell what else ran";
    }
    return String.format(
        Locale.ROOT,
        isClean() ? "clean (%.1f %% used by others)" : "NOT CLEAN: others used %.1f %% of the CPUs",
        othersShare * 100);
  }
}
