package dev.graft.data;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Loads samples into their slots, in its own thread or called by the consumer. */
final class Worker implements Runnable, AutoCloseable {
  private final BatchQueue queue;
  private final List<Sample> samples;
  private final int floatsPerSample;
  private final Supplier<SampleSource> sources;
  private @Nullable SampleSource source;

  Worker(
      BatchQueue queue, List<Sample> samples, int floatsPerSample, Supplier<SampleSource> sources) {
    this.queue = queue;
    this.samples = samples;
    this.floatsPerSample = floatsPerSample;
    this.sources = sources;
  }

  /** Works until the queue is closed. */
  @Override
  public void run() {
    try (this) {
      for (var work = queue.await(); work != null; work = queue.await()) {
        queue.done(work, load(work));
      }
    }
  }

  /** Works until nothing is left that may be loaded now, or the thread is interrupted. */
  void drain() {
    while (!Thread.currentThread().isInterrupted()) {
      var work = queue.poll();
      if (work == null) {
        return;
      }
      queue.done(work, load(work));
    }
  }

  /** Whatever goes wrong, an Error too, is the batch's failure and the consumer's to hear. */
  @SuppressWarnings("CatchingThrowable")
  private @Nullable Throwable load(BatchQueue.Work work) {
    try {
      SampleSource open = source;
      if (open == null) {
        open = sources.get();
        source = open;
      }
      int index = work.index();
      Sample sample = samples.get(index);
      FloatBuffer inputs = work.slot().inputs.duplicate();
      open.load(index, sample, work.order().random(index), inputs, work.row() * floatsPerSample);
      work.slot().labels.put(work.row(), sample.label());
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }

  @Override
  public void close() {
    SampleSource open = source;
    source = null;
    if (open != null) {
      open.close();
    }
  }
}
