package dev.graft.data;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The ring between the workers, who claim image after image of an epoch, and the consumer, who
 * takes batch after batch. Batch k lives in slot k mod ring size; its images are claimed once batch
 * k minus ring size is closed, which bounds what is decoded ahead. One lock guards everything: it
 * is held for moments, a decode takes a millisecond.
 */
final class BatchQueue {
  private final Slot[] ring;
  private final int batchSize;

  private @Nullable EpochOrder order;
  private int nextPosition;
  private int nextBatch;
  private int inFlight;
  private boolean closed;

  /** One image to load: where it stands in the epoch, and where it goes. */
  record Work(EpochOrder order, int position, int row, Slot slot) {
    int index() {
      return order.index(position);
    }
  }

  /** A batch whose images are all there, or the first failure among them. */
  record Taken(int batch, Slot slot, Slot.@Nullable Failure failure) {}

  BatchQueue(Slot[] ring, int batchSize) {
    this.ring = ring.clone();
    this.batchSize = batchSize;
  }

  /** Begins an epoch at one of its batches; at the number of its batches, nothing is left. */
  synchronized void start(EpochOrder epoch, int firstBatch) {
    if (closed) {
      throw new IllegalStateException("The loader is closed.");
    }
    if (order != null) {
      throw new IllegalStateException("Close the batches of the epoch before first.");
    }
    order = epoch;
    nextPosition = (int) Math.min((long) firstBatch * batchSize, epoch.size());
    nextBatch = firstBatch;
    notifyAll();
  }

  /** Waits for an image to load; null once the queue is closed. */
  synchronized @Nullable Work await() {
    while (!closed) {
      Work work = poll();
      if (work != null) {
        return work;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        // Nobody but close() ends a worker: one that left early would leave its batch unfinished.
      }
    }
    return null;
  }

  /** An image to load, if there is one and its slot is free. */
  synchronized @Nullable Work poll() {
    EpochOrder epoch = order;
    if (epoch == null || nextPosition == epoch.size()) {
      return null;
    }
    int batch = nextPosition / batchSize;
    Slot slot = ring[batch % ring.length];
    if (slot.batch != batch) {
      if (slot.batch != Slot.FREE) {
        return null;
      }
      slot.begin(batch, Math.min(batchSize, epoch.size() - nextPosition));
    }
    inFlight++;
    Work work = new Work(epoch, nextPosition, nextPosition % batchSize, slot);
    nextPosition++;
    return work;
  }

  /** Reports an image that {@link #poll} or {@link #await} gave as loaded, or why it is not. */
  synchronized void done(Work work, @Nullable Throwable failure) {
    inFlight--;
    work.slot().done(work.position(), failure);
    notifyAll();
  }

  /** Waits for the next batch. After a failure the same batch comes again. */
  synchronized Taken take() {
    Slot slot = ring[nextBatch % ring.length];
    if (slot.batch != Slot.FREE && slot.batch != nextBatch) {
      throw new IllegalStateException(
          "Batch " + slot.batch + " is still open; close it before asking for the next one.");
    }
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      while (order != null && (slot.batch != nextBatch || slot.remaining > 0)) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("Interrupted while waiting for a batch.").initCause(e);
    }
    if (order == null) {
      throw new IllegalStateException("The batches were closed.");
    }
    Taken taken = new Taken(nextBatch, slot, slot.failure);
    if (taken.failure() == null) {
      nextBatch++;
    }
    return taken;
  }

  /** Gives a taken batch's slot back. */
  synchronized void release(Slot slot) {
    slot.free();
    notifyAll();
  }

  /** Ends the epoch: waits for the images in flight, then frees every slot. */
  synchronized void finish() {
    order = null;
    notifyAll();
    boolean interrupted = false;
    while (inFlight > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Slot slot : ring) {
      slot.free();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends the workers home. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
