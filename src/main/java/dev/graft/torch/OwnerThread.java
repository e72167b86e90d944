package dev.graft.torch;

/** The thread that opened a block whose mode libtorch keeps per thread. */
final class OwnerThread {
  private final Thread thread = Thread.currentThread();
  private final String block;

  /** Notes the calling thread; {@code block} names what it opens, with its article. */
  OwnerThread(String block) {
    this.block = block;
  }

  /** Refuses any other thread. */
  void require() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          block + " block is closed by the thread that opened it, " + thread.getName() + ".");
    }
  }
}
