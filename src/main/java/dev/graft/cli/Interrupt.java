package dev.graft.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Turns SIGINT and SIGTERM into a polite request: training ends after its current batch and saves
 * what it has, a download ends at once, an import before it writes. The process leaves only when no
 * native work is running any more; ending it in the middle would let libtorch's own shutdown pull
 * the ground from under its threads.
 */
final class Interrupt implements BooleanSupplier {
  static final int EXIT_CODE = 130;

  /** A batch, an evaluation of the stop flag and saving take seconds; this is for a stuck disk. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile int code = EXIT_CODE;

  private Interrupt() {}

  static Interrupt install() {
    var interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(new Thread(interrupt::onShutdown, "graft-shutdown"));
    return interrupt;
  }

  /** A flag that no signal sets; for tests and embedded use. */
  static Interrupt never() {
    return new Interrupt();
  }

  /** Tells whether the command should end. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** Ends the process with the command's code, whether or not a signal is being handled. */
  void exit(int commandCode) {
    code = commandCode;
    done.countDown();
    System.exit(commandCode); // blocks while a signal is being handled: the hook then ends the JVM
  }

  /**
   * Ends the JVM itself whoever began the shutdown: a signal that comes between the command's end
   * and its {@code System.exit} would otherwise decide the exit code.
   */
  private void onShutdown() {
    if (done.getCount() > 0) {
      asked = true;
      System.err.println("\nStopping: finishing what is at hand …");
      try {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          System.err.println("graft: gave up waiting after " + PATIENCE_SECONDS + " s.");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Terminal.clear();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }
}
