package dev.graft.data;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.NativeRuntime;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of an image folder, epoch after epoch. Worker threads decode ahead of the caller
 * into a fixed ring of buffers that the batches' tensors share: no image is copied, and memory does
 * not grow.
 *
 * <p>What is in a batch follows from (seed, epoch) alone: the order is a Fisher-Yates shuffle, and
 * each image's augmentation draws from a random of (seed, epoch, index of the sample). The number
 * of workers and their timing change nothing.
 *
 * <p>A loader is used by one thread, with one epoch open at a time. Its workers live until {@link
 * #close}.
 */
public final class DataLoader implements AutoCloseable {
  /** What the batches are for. */
  public enum Mode {
    /** Shuffled anew each epoch, with the training transforms. */
    TRAIN,
    /** In the order of {@link ImageFolder#samples()}, with the evaluation transforms. */
    EVAL
  }

  private final ImageFolder set;
  private final Mode mode;
  private final LoaderConfig config;
  private final long[] sampleShape;
  private final int batchSize;
  private final Slot[] ring;
  private final BatchQueue queue;
  private final @Nullable Worker inline;
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Batches current;
  private boolean closed;

  /**
   * Allocates the buffers; the workers start with the first epoch.
   *
   * @param set the images
   * @param preprocessing how they are transformed
   * @param mode what the batches are for
   * @param config batch size, workers, prefetch and seed
   * @throws DataException if a batch is too large for one buffer, or if memory is short
   */
  public DataLoader(ImageFolder set, Preprocessing preprocessing, Mode mode, LoaderConfig config) {
    this(set, shape(preprocessing), mode, config, pipelines(preprocessing, mode));
  }

  DataLoader(
      ImageFolder set,
      long[] sampleShape,
      Mode mode,
      LoaderConfig config,
      Supplier<SampleSource> sources) {
    this.set = set;
    this.mode = mode;
    this.config = config;
    this.sampleShape = sampleShape;
    int floats = Math.toIntExact(LongStream.of(sampleShape).reduce(1, Math::multiplyExact));
    this.batchSize = Math.min(config.batchSize(), set.size());
    int slots = config.workers() == 0 ? 1 : Math.min(config.prefetch(), batchesPerEpoch() - 1) + 1;
    this.ring = BatchMemory.allocate(slots, batchSize, floats);
    this.queue = new BatchQueue(ring, batchSize);
    Supplier<Worker> workers = () -> new Worker(queue, set.samples(), floats, sources);
    this.inline = config.workers() == 0 ? workers.get() : null;
    for (int i = 0; i < config.workers(); i++) {
      Thread thread = new Thread(workers.get(), "graft-data-worker-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  /**
   * Begins an epoch.
   *
   * @param epoch its number, 0 or more: with the seed it decides the order and the augmentation
   * @return its batches, to be closed by the caller
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if the loader is closed or the epoch before still open
   */
  public Batches epoch(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be 0 or more: " + epoch);
    }
    EpochOrder order = new EpochOrder(set.size(), mode == Mode.TRAIN, config.seed(), epoch);
    queue.start(order);
    Batches batches = new Batches(order, set.samples(), sampleShape, batchSize, queue, inline);
    current = batches;
    for (Thread thread : threads) {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
    }
    return batches;
  }

  /**
   * The images that the batches are made of.
   *
   * @return the folder
   */
  public ImageFolder set() {
    return set;
  }

  /**
   * The number of samples in an epoch.
   *
   * @return 1 or more
   */
  public int size() {
    return set.size();
  }

  /**
   * The number of batches in an epoch.
   *
   * @return 1 or more
   */
  public int batchesPerEpoch() {
    return batches(set.size(), batchSize);
  }

  /**
   * The memory of the ring of buffers, outside the Java heap.
   *
   * @return bytes
   */
  public long bufferBytes() {
    return BatchMemory.bytes(ring);
  }

  /** Closes an open epoch and ends the workers; returns when they have. Twice is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (current != null) {
      current.close();
    }
    queue.close();
    threads.forEach(DataLoader::join);
    if (inline != null) {
      inline.close();
    }
  }

  static int batches(int images, int batchSize) {
    return (images - 1) / batchSize + 1;
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static long[] shape(Preprocessing preprocessing) {
    return new long[] {3, preprocessing.imageSize(), preprocessing.imageSize()};
  }

  static Supplier<SampleSource> pipelines(Preprocessing preprocessing, Mode mode) {
    NativeRuntime.load(); // sets JavaCPP's limits before OpenCV makes JavaCPP read them
    List<Transform> transforms =
        mode == Mode.TRAIN ? preprocessing.trainTransforms() : preprocessing.evalTransforms();
    return () -> new PipelineSource(new ImagePipeline(preprocessing, transforms));
  }

  private record PipelineSource(ImagePipeline pipeline) implements SampleSource {
    @Override
    public void load(
        int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset) {
      pipeline.load(sample.path(), random, out, offset);
    }

    @Override
    public void close() {
      pipeline.close();
    }
  }
}
