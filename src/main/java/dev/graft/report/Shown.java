package dev.graft.report;

import java.util.Locale;

/** Numbers as a person reads them. */
final class Shown {
  private static final String UNKNOWN = "–";
  private static final int SMALL_EXPONENT = -4;
  private static final int LARGE_EXPONENT = 6;

  private Shown() {}

  /** A share of one as a percentage: 95.42 %. */
  static String percent(double share) {
    return Double.isFinite(share) ? format("%.2f %%", 100 * share) : UNKNOWN;
  }

  /** Four decimals, as the console prints losses. */
  static String decimals(double value) {
    return Double.isFinite(value) ? format("%.4f", value) : UNKNOWN;
  }

  /** Four significant digits without trailing zeros: 0.001, 2.5e-05. */
  static String significant(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    } else if (value == 0) {
      return "0";
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    if (exponent < SMALL_EXPONENT || exponent >= LARGE_EXPONENT) {
      return format("%.3e", value).replaceFirst("\\.?0*e", "e");
    }
    String text = format("%." + Math.max(0, 3 - exponent) + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0*$", "") : text;
  }

  /** A duration: 3 m 12 s. */
  static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return UNKNOWN;
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return format("%.1f s", seconds);
    } else if (whole < 3600) {
      return format("%d m %d s", whole / 60, whole % 60);
    }
    return format("%d h %d m", whole / 3600, whole % 3600 / 60);
  }

  /** A size of a file: 44.8 MB. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    } else if (bytes < 1_000_000) {
      return format("%.1f kB", bytes / 1e3);
    }
    return format("%.1f MB", bytes / 1e6);
  }

  /** A count with its noun. */
  static String count(long count, String one, String many) {
    return format("%,d %s", count, count == 1 ? one : many);
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
