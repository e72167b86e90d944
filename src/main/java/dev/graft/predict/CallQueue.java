package dev.graft.predict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls that wait for a worker: a bounded number. Workers that are free share what waits, so that a
 * batch is no larger than keeps all of them busy.
 */
final class CallQueue {
  private final int capacity;
  private final int maxBatch;
  private final long maxWaitNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private int idle;
  private int computing;
  private boolean closed;

  CallQueue(int capacity, int maxBatch, long maxWaitNanos) {
    this.capacity = capacity;
    this.maxBatch = maxBatch;
    this.maxWaitNanos = maxWaitNanos;
  }

  /** Appends a call, or throws {@link OverloadedException} at once. */
  void add(Call call) {
    addAll(List.of(call));
  }

  /** Appends calls, all or none. */
  void addAll(List<Call> calls) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The predictor is closed.");
      }
      if (waiting.size() > capacity - calls.size()) {
        throw new OverloadedException(capacity);
      }
      waiting.addAll(calls);
      calls.forEach(call -> arrived.signal());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for calls and takes this worker's share; none once the queue is closed and empty. Whoever
   * got some says when they are {@link #done}.
   */
  List<Call> take() {
    List<Call> batch = new ArrayList<>(maxBatch); // once calls are taken nothing may fail
    lock.lock();
    try {
      fill(batch, share());
      await(batch);
      if (!batch.isEmpty()) {
        computing++;
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private int share() {
    idle++;
    try {
      while (waiting.isEmpty() && !closed) {
        arrived.awaitUninterruptibly();
      }
      return Math.min(maxBatch, (waiting.size() + idle - 1) / idle);
    } finally {
      idle--;
    }
  }

  /** Lets a batch fill while others are computed, so that a single call never waits for it. */
  private void await(List<Call> batch) {
    long left = maxWaitNanos;
    while (left > 0 && !batch.isEmpty() && batch.size() < maxBatch && computing > 0 && !closed) {
      try {
        left = arrived.awaitNanos(left);
      } catch (InterruptedException | OutOfMemoryError e) {
        return; // it goes as it is
      }
      fill(batch, maxBatch);
    }
  }

  private void fill(List<Call> batch, int size) {
    while (batch.size() < size && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
  }

  /** Says that a batch that was taken is done; whoever fills one because of it need not wait. */
  void done() {
    lock.lock();
    try {
      computing--;
      if (maxWaitNanos > 0 && computing == 0) {
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Workers that wait for calls. */
  int idle() {
    lock.lock();
    try {
      return idle;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more calls; those that wait are still handed out. Tells whether it was so before. */
  boolean close() {
    lock.lock();
    try {
      boolean before = closed;
      closed = true;
      arrived.signalAll();
      return before;
    } finally {
      lock.unlock();
    }
  }
}
