package dev.graft.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Numbers in an option's value. */
final class Numbers {
  private Numbers() {}

  private static final Pattern BYTES = Pattern.compile("([1-9]\\d{0,5})([kmgtKMGT])");

  /** Reads a size as Java's options have it: 500m, 4g. */
  static long bytes(String option, String text) {
    Matcher size = BYTES.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          option + " is \"" + text + "\"; it must be a size such as 500m or 4g.");
    }
    int unit = "kmgt".indexOf(Character.toLowerCase(size.group(2).charAt(0))) + 1;
    return Long.parseLong(size.group(1)) << (10 * unit);
  }

  /** Reads numbers between commas. */
  static double[] list(String text) {
    try {
      return Stream.of(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no list of numbers such as 0.2,0.1.", e);
    }
  }
}
