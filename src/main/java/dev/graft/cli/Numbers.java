package dev.graft.cli;

import java.util.stream.Stream;

/** Numbers in an option's value. */
final class Numbers {
  private Numbers() {}

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
