package dev.graft.predict;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A call took longer than it was given. */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeadlineExceededException(Duration deadline) {
    super("No answer within " + TimeUnit.MILLISECONDS.convert(deadline) + " ms.");
  }
}
