package dev.graft.train;

/**
 * The rates that a {@link RateFinder} tries: each step's is the same factor above the one before.
 *
 * @param from the first rate, above 0
 * @param to the last rate, above {@code from}
 * @param steps how many steps there are between them, from 20 to 10,000
 */
public record RateRange(double from, double to, int steps) {
  private static final int MIN_STEPS = 20;
  private static final int MAX_STEPS = 10_000;
  private static final int USUAL_STEPS = 100;
  private static final int ENOUGH_IMAGES = 1200;

  /**
   * Checks the range.
   *
   * @param from the first rate, above 0
   * @param to the last rate, above {@code from}
   * @param steps how many, from 20 to 10,000
   * @throws IllegalArgumentException if a number is outside its range
   */
  public RateRange {
    if (!(from > 0 && from < to && to <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "The rates go from "
              + from
              + " to "
              + to
              + "; the first must be above 0 and the last above the first, such as 1e-6 and 10.");
    }
    if (steps < MIN_STEPS || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "steps is " + steps + "; it must be from " + MIN_STEPS + " to " + MAX_STEPS + ".");
    }
  }

  /**
   * The usual range, from 1e-6 to 10: 100 steps, or as many as show the network 1,200 images. With
   * fewer, the losses of small batches scatter by more than they fall.
   *
   * @param images that a step takes, 1 or more
   * @return the range
   */
  public static RateRange usual(int images) {
    int enough = (ENOUGH_IMAGES - 1) / images + 1;
    return new RateRange(1e-6, 10, Math.max(USUAL_STEPS, enough));
  }

  /** The rate of a step, from 0. */
  double rate(int step) {
    return from * Math.pow(to / from, step / (steps - 1.0));
  }
}
