package dev.graft.data;

import dev.graft.image.DecodedImages;
import dev.graft.image.ImagePipeline;
import dev.graft.image.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NativeRuntime;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of some images, epoch after epoch. Worker threads decode ahead of the caller into a
 * fixed ring of buffers that the batches' tensors share: no image is copied, and memory does not
 * grow.
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
    /** Shuffled anew each epoch, with the training transforms unless others are given. */
    TRAIN,
    /**
     * In the order of {@link ImageFolder#samples()}, with the evaluation transforms unless others
     * are given.
     */
    EVAL
  }

  private final List<Sample> samples;
  private final Shard shard;
  private final int size;
  private final Mode mode;
  private final LoaderConfig config;
  private final SampleShape shape;
  private final int batchSize;
  private final Slot[] ring;
  private final BatchQueue queue;
  private final @Nullable Worker inline;
  private final WorkerThreads threads;
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
    this(set, preprocessing, transforms(preprocessing, mode), mode, config);
  }

  /**
   * Allocates the buffers for images that are transformed in another way than the preprocessing's
   * own, usually to train with other augmentation.
   *
   * @param set the images
   * @param preprocessing the size of the network's input, and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param mode whether the batches are shuffled
   * @param config batch size, workers, prefetch and seed
   * @throws DataException if a batch is too large for one buffer, or if memory is short
   */
  public DataLoader(
      ImageFolder set,
      Preprocessing preprocessing,
      List<Transform> transforms,
      Mode mode,
      LoaderConfig config) {
    this(set, preprocessing, transforms, mode, config, DecodedImages.none());
  }

  /**
   * Allocates the buffers for images of which some need not be decoded again.
   *
   * @param set the images
   * @param preprocessing the size of the network's input, and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param mode whether the batches are shuffled
   * @param config batch size, workers, prefetch and seed
   * @param decoded images that are known, to be open as long as this is
   * @throws DataException if a batch is too large for one buffer, or if memory is short
   */
  public DataLoader(
      ImageFolder set,
      Preprocessing preprocessing,
      List<Transform> transforms,
      Mode mode,
      LoaderConfig config,
      DecodedImages decoded) {
    this(set, preprocessing, transforms, mode, config, decoded, Shard.whole());
  }

  /**
   * Allocates the buffers for a share of some images, where several processes train together.
   *
   * @param set the images, all of them
   * @param preprocessing the size of the network's input, and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param mode whether the batches are shuffled, and the share filled up by repetition
   * @param config batch size, workers, prefetch and seed
   * @param decoded images that are known, to be open as long as this is
   * @param shard which of the images, anew each epoch
   * @throws DataException if a batch is too large for one buffer, or if memory is short
   * @throws IllegalArgumentException if there is no image in the share
   */
  public DataLoader(
      ImageFolder set,
      Preprocessing preprocessing,
      List<Transform> transforms,
      Mode mode,
      LoaderConfig config,
      DecodedImages decoded,
      Shard shard) {
    this(
        set.samples(),
        SampleShape.image(preprocessing.imageSize(), config.memoryFormat()),
        mode,
        config,
        shard,
        sources(pipelines(preprocessing, transforms, config.memoryFormat(), decoded)));
  }

  DataLoader(
      List<Sample> samples,
      SampleShape shape,
      Mode mode,
      LoaderConfig config,
      Supplier<SampleSource> sources) {
    this(samples, shape, mode, config, Shard.whole(), sources);
  }

  DataLoader(
      List<Sample> samples,
      SampleShape shape,
      Mode mode,
      LoaderConfig config,
      Shard shard,
      Supplier<SampleSource> sources) {
    this.samples = List.copyOf(samples);
    this.shard = shard;
    this.size = shard.size(samples.size(), mode == Mode.TRAIN);
    if (size == 0) {
      throw new IllegalArgumentException(
          "%d images cannot be shared by %d ranks; there must be one for each."
              .formatted(samples.size(), shard.count()));
    }
    this.mode = mode;
    this.config = config;
    this.shape = shape;
    int floats = shape.floats();
    this.batchSize = Math.min(config.batchSize(), size);
    int slots = config.workers() == 0 ? 1 : Math.min(config.prefetch(), batchesPerEpoch() - 1) + 1;
    this.ring = BatchMemory.allocate(slots, batchSize, floats);
    this.queue = new BatchQueue(ring, batchSize);
    Supplier<Worker> workers = () -> new Worker(queue, this.samples, floats, sources);
    this.inline = config.workers() == 0 ? workers.get() : null;
    this.threads = new WorkerThreads("graft-data-worker", config.workers(), workers);
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
    return epoch(epoch, 0);
  }

  /**
   * Begins an epoch at one of its batches, to go on where it was left. The batches are those that
   * {@link #epoch(int)} gives from there on: the same images, order, augmentation and indices, if
   * the seed, the batch size and the images are the same. Those before are not decoded.
   *
   * @param epoch its number, 0 or more: with the seed it decides the order and the augmentation
   * @param firstBatch the index of the first batch, from 0 to {@link #batchesPerEpoch()}, with
   *     which there is none left
   * @return the rest of its batches, to be closed by the caller
   * @throws IllegalArgumentException if a number is outside its range
   * @throws IllegalStateException if the loader is closed or the epoch before still open
   */
  public Batches epoch(int epoch, int firstBatch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must be 0 or more: " + epoch);
    }
    if (firstBatch < 0 || firstBatch > batchesPerEpoch()) {
      throw new IllegalArgumentException(
          "firstBatch must be from 0 to " + batchesPerEpoch() + ": " + firstBatch);
    }
    boolean shuffle = mode == Mode.TRAIN;
    EpochOrder order = new EpochOrder(samples.size(), shard, shuffle, config.seed(), epoch);
    queue.start(order, firstBatch);
    Batches batches = new Batches(order, firstBatch, samples, shape, batchSize, queue, inline);
    current = batches;
    threads.start();
    return batches;
  }

  /**
   * The number of samples in an epoch, or in its share of one.
   *
   * @return 1 or more
   */
  public int size() {
    return size;
  }

  /**
   * All samples, in order; a batch's indices point into them.
   *
   * @return an unmodifiable list, also of those that are not in this loader's share
   */
  public List<Sample> samples() {
    return samples;
  }

  /**
   * How far into an epoch's order the batches before one reach, those of the other shares included.
   *
   * @param batch the index of a batch, from 0 to {@link #batchesPerEpoch()}
   * @return images, from 0 to all of them
   */
  public int position(int batch) {
    return batch == batchesPerEpoch()
        ? samples.size()
        : (int) Math.min((long) batch * batchSize * shard.count(), samples.size());
  }

  /**
   * The batch that an epoch goes on with, from a place of its order that perhaps a loader of
   * another batch size, or of another number of shares, was at.
   *
   * @param position images, from 0 to all of them
   * @return the index of the batch that the image there is in, so that none is left out; {@link
   *     #batchesPerEpoch()} after the last image
   */
  public int batchAt(int position) {
    return position >= samples.size()
        ? batchesPerEpoch()
        : (int) (position / ((long) batchSize * shard.count()));
  }

  /**
   * The number of batches in an epoch.
   *
   * @return 1 or more
   */
  public int batchesPerEpoch() {
    return batches(size, batchSize);
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
    threads.join(() -> {});
    if (inline != null) {
      inline.close();
    }
  }

  static int batches(int images, int batchSize) {
    return (images - 1) / batchSize + 1;
  }

  static List<Transform> transforms(Preprocessing preprocessing, Mode mode) {
    return mode == Mode.TRAIN ? preprocessing.trainTransforms() : preprocessing.evalTransforms();
  }

  private static Supplier<SampleSource> sources(Supplier<ImagePipeline> pipelines) {
    return () -> new PipelineSource(pipelines.get());
  }

  static Supplier<ImagePipeline> pipelines(
      Preprocessing preprocessing,
      List<Transform> transforms,
      MemoryFormat format,
      DecodedImages decoded) {
    NativeRuntime.load(); // sets JavaCPP's limits before OpenCV makes JavaCPP read them
    List<Transform> steps = List.copyOf(transforms);
    Layout layout = format == MemoryFormat.CHANNELS_LAST ? Layout.HWC : Layout.CHW;
    return () -> new ImagePipeline(preprocessing, steps, layout, decoded);
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
