package dev.graft.bench;

/**
 * How a row is measured.
 *
 * @param warmups turns of each side that do not count
 * @param rounds pairs of turns that do
 * @param unit what the table shows
 * @param items of one unit of work, where the table shows a rate
 */
record Plan(int warmups, int rounds, Unit unit, int items) {
  /** What the table shows. */
  enum Unit {
    SECONDS("s"),
    MILLIS("ms"),
    RATE("images/s");

    final String label;

    Unit(String label) {
      this.label = label;
    }
  }

  static Plan seconds(int warmups, int rounds) {
    return new Plan(warmups, rounds, Unit.SECONDS, 1);
  }

  static Plan millis(int warmups, int rounds) {
    return new Plan(warmups, rounds, Unit.MILLIS, 1);
  }

  static Plan rate(int warmups, int rounds, int items) {
    return new Plan(warmups, rounds, Unit.RATE, items);
  }

  /** Converts seconds to what is shown. */
  double shown(double seconds) {
    return switch (unit) {
      case SECONDS -> seconds;
      case MILLIS -> seconds * 1000;
      case RATE -> items / seconds;
    };
  }
}
