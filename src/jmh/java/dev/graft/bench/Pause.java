package dev.graft.bench;

/**
 * Waiting between turns, so that a side's threads have come to rest when the other's turn begins.
 */
final class Pause {
  private Pause() {}

  static void ofMillis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted.", e);
    }
  }
}
