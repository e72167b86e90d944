package dev.graft.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * Asks a storage again where it may answer better: a server was restarted, or busy.
 *
 * @param pause before the second try; twice as long before the third
 */
record Retries(Duration pause) {
  private static final int TRIES = 3;

  /** Something that a storage is asked for. */
  interface Attempt<T> {
    /** Asks. */
    T run() throws IOException;
  }

  /**
   * Tries up to three times, unless it is {@linkplain StorageProblem#isOfFile the file's fault}.
   *
   * @throws IOException of the last try
   * @throws CancellationException if the thread is interrupted
   */
  <T> T run(Attempt<T> attempt) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) { // it may be why
          throw interrupted();
        }
        if (tries == TRIES || StorageProblem.isOfFile(e)) {
          throw e;
        }
        sleep(pause.multipliedBy(tries));
      }
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static CancellationException interrupted() {
    return new CancellationException("Interrupted while reading an image.");
  }
}
