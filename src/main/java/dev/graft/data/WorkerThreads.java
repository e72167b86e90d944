package dev.graft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Some daemon threads that begin together and are waited for together. */
final class WorkerThreads {
  private final List<Thread> threads = new ArrayList<>();

  WorkerThreads(String name, int count, Supplier<? extends Runnable> work) {
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(work.get(), name + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  /** Starts those that have not begun. */
  void start() {
    for (Thread thread : threads) {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
    }
  }

  /**
   * Returns when all have ended. An interrupt does not end the wait, since nobody else waits for
   * them: it is told each time, and the thread is interrupted again at the end.
   */
  void join(Runnable onInterrupt) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          onInterrupt.run();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
