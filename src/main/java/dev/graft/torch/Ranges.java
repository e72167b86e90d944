package dev.graft.torch;

/** What settings must be, and the errors where they are not. */
final class Ranges {
  private Ranges() {}

  static double notNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + ". It must be a number that is not negative.");
    }
    return value;
  }

  /** At least 0 and less than 1. */
  static double fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + ". It must be at least 0 and less than 1.");
    }
    return value;
  }

  static int atLeast(int minimum, String name, int value) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + ". It must be at least " + minimum + ".");
    }
    return value;
  }
}
