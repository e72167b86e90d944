package dev.graft.predict;

/**
 * A call was rejected at once, because as many wait as may. Try again later, or elsewhere. It has
 * no stack trace, which would take longer than all the rest while there is no time to lose.
 */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OverloadedException(int capacity) {
    super(
        "The predictor is overloaded: %d calls wait for a worker, and no more may."
            .formatted(capacity),
        null,
        false,
        false);
  }
}
