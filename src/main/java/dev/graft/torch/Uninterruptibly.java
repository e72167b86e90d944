package dev.graft.torch;

/** Waits that an interrupt does not end, where nobody else would wait for the same. */
public final class Uninterruptibly {
  private Uninterruptibly() {}

  /** Something that waits, and may be begun again. */
  public interface Wait {
    /**
     * Waits.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    void run() throws InterruptedException;
  }

  /**
   * Waits to the end; if the thread was interrupted meanwhile, it is interrupted again then.
   *
   * @param wait begun again after each interrupt
   */
  public static void run(Wait wait) {
    boolean interrupted = false;
    while (true) {
      try {
        wait.run();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
