package dev.graft.data;

import dev.graft.image.ImageException;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, or of the rest of one, in order. Used by one thread, as
 *
 * <pre>{@code
 * try (Batches batches = loader.epoch(epoch)) {
 *   while (batches.hasNext()) {
 *     try (Batch batch = batches.next()) {
 *       step(batch.inputs(), batch.labels());
 *     }
 *   }
 * }
 * }</pre>
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
  private final EpochOrder order;
  private final List<Sample> samples;
  private final SampleShape shape;
  private final int batchSize;
  private final BatchQueue queue;
  private final @Nullable Worker inline;
  private final List<Batch> open = new ArrayList<>();
  private int next;
  private boolean closed;

  Batches(
      EpochOrder order,
      int firstBatch,
      List<Sample> samples,
      SampleShape shape,
      int batchSize,
      BatchQueue queue,
      @Nullable Worker inline) {
    this.order = order;
    this.next = firstBatch;
    this.samples = samples;
    this.shape = shape;
    this.batchSize = batchSize;
    this.queue = queue;
    this.inline = inline;
  }

  /**
   * The number of batches in the epoch, with those before the first one if it began later.
   *
   * @return 1 or more
   */
  public int count() {
    return DataLoader.batches(order.size(), batchSize);
  }

  /**
   * Whether the epoch has another batch; false after {@link #close}.
   *
   * @return whether {@link #next} may be called
   */
  @Override
  public boolean hasNext() {
    return !closed && next < count();
  }

  /**
   * Waits for the next batch. The caller closes it before asking for more: batches left open take
   * the memory that the coming ones need.
   *
   * @return the next batch, owned by the caller
   * @throws NoSuchElementException if the epoch has no more
   * @throws DataException if an image of the batch cannot be loaded; it names the file, and comes
   *     again at the next call
   * @throws IllegalStateException if this is closed, or if too many batches are open
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; it stays so
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("The batches were closed.");
    }
    if (next == count()) {
      throw new NoSuchElementException("The epoch has " + count() + " batches.");
    }
    if (inline != null) {
      inline.drain();
    }
    BatchQueue.Taken taken = queue.take();
    Slot.Failure failure = taken.failure();
    if (failure != null) {
      throw failed(samples.get(order.index(failure.position())), failure.cause());
    }
    next++;
    open.removeIf(Batch::isClosed);
    Batch batch = batch(taken);
    open.add(batch);
    return batch;
  }

  private Batch batch(BatchQueue.Taken taken) {
    List<Integer> indices = new ArrayList<>(batchSize);
    List<Sample> members = new ArrayList<>(batchSize);
    int from = taken.batch() * batchSize;
    for (int p = from; p < Math.min(from + batchSize, order.size()); p++) {
      indices.add(order.index(p));
      members.add(samples.get(order.index(p)));
    }
    return new Batch(
        taken.batch(), shape, List.copyOf(indices), List.copyOf(members), taken.slot(), queue);
  }

  private static DataException failed(Sample sample, Throwable cause) {
    String what = "Cannot load " + sample.path() + ": ";
    if (cause instanceof ImageException image) {
      String cure =
          cause.getCause() instanceof IOException
              ? ". Make it readable again, or take it out of the data."
              : ". Delete it, or replace it by a whole image.";
      return new DataException(what + image.reason() + cure, cause);
    } else if (cause instanceof OutOfMemoryError) {
      return new DataException(
          what + "out of memory (" + cause.getMessage() + "). Use fewer workers or a larger -Xmx.",
          cause);
    }
    if (cause instanceof UncheckedIOException && cause.getCause() instanceof IOException io) {
      return new DataException(what + IoProblem.of(io) + ".", cause);
    }
    return new DataException(what + cause, cause);
  }

  /**
   * Ends the epoch, at its end or before it: closes batches still open, drops what is decoded ahead
   * and waits for the images being decoded, milliseconds. Twice is harmless.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    open.forEach(Batch::close);
    open.clear();
    queue.finish();
  }
}
