package dev.graft.distributed;

import dev.graft.torch.TcpStore;
import dev.graft.torch.TorchException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks at the store twice a second, on a connection of its own: it answers for this
 * rank when another asks who is still there, and learns why the run failed before the store is
 * gone.
 */
final class Watch implements AutoCloseable {
  static final int PERIOD_MILLIS = 500;

  private final Meeting meeting;
  private final int rank;
  private final TcpStore store;
  private final Thread thread = new Thread(this::run, "graft-rank-watch");
  private volatile boolean closed;
  private volatile @Nullable String verdict;

  Watch(Meeting meeting, int rank) {
    this.meeting = meeting;
    this.rank = rank;
    this.store = meeting.connect();
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed && verdict == null) {
        if (store.has(meeting.key("roll-call"))) {
          store.set(meeting.key("here", rank), "");
        }
        if (store.has(meeting.key("verdict"))) {
          verdict = store.get(meeting.key("verdict"));
        }
        Meeting.pause(PERIOD_MILLIS);
      }
    } catch (TorchException e) {
      // The store is gone. Whoever needs it notices.
    } finally {
      store.close();
    }
  }

  /** Why the run failed, if a rank has said so. */
  @Nullable String verdict() {
    return verdict;
  }

  /** Ends the thread; one that waits for a broken network is left behind. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(2L * PERIOD_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
