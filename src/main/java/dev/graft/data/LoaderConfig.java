package dev.graft.data;

import dev.graft.torch.MemoryFormat;

/**
 * How a {@link DataLoader} makes batches. Neither {@code workers} nor {@code prefetch} changes what
 * is in them.
 *
 * @param batchSize images in a batch, 1 or more; the last batch of an epoch may be smaller
 * @param workers threads that decode ahead; 0 decodes in the calling thread
 * @param prefetch batches decoded ahead of the one in use, 1 or more; ignored without workers
 * @param seed decides the order of every epoch and the augmentation of every image
 * @param memoryFormat how a batch of images lies in memory
 */
public record LoaderConfig(
    int batchSize, int workers, int prefetch, long seed, MemoryFormat memoryFormat) {
  private static final int MAX_WORKERS = 256;
  private static final int MIN_EVALUATION_BATCH = 16;

  /**
   * Validates.
   *
   * @param batchSize images in a batch, 1 or more
   * @param workers threads that decode ahead, 0 or more
   * @param prefetch batches decoded ahead, 1 or more
   * @param seed any number
   * @param memoryFormat how a batch of images lies in memory
   * @throws IllegalArgumentException if a value is outside its range
   */
  public LoaderConfig {
    require(batchSize >= 1, "batch size must be 1 or more", batchSize);
    require(workers >= 0 && workers <= MAX_WORKERS, "workers must be 0 to " + MAX_WORKERS, workers);
    require(prefetch >= 1, "prefetch must be 1 or more", prefetch);
  }

  /**
   * The tutorial's batch size of 4, a worker for each processor but at most 4, two batches ahead,
   * seed 0, the channels last, which is faster.
   *
   * @return the defaults
   */
  public static LoaderConfig defaults() {
    int workers = Math.min(4, Runtime.getRuntime().availableProcessors());
    return new LoaderConfig(4, workers, 2, 0, MemoryFormat.CHANNELS_LAST);
  }

  /**
   * These settings with another batch size.
   *
   * @param size images in a batch, 1 or more
   * @return a changed copy
   */
  public LoaderConfig withBatchSize(int size) {
    return new LoaderConfig(size, workers, prefetch, seed, memoryFormat);
  }

  /**
   * These settings with another number of workers.
   *
   * @param count threads that decode ahead, 0 or more
   * @return a changed copy
   */
  public LoaderConfig withWorkers(int count) {
    return new LoaderConfig(batchSize, count, prefetch, seed, memoryFormat);
  }

  /**
   * These settings with another prefetch.
   *
   * @param batches batches decoded ahead, 1 or more
   * @return a changed copy
   */
  public LoaderConfig withPrefetch(int batches) {
    return new LoaderConfig(batchSize, workers, batches, seed, memoryFormat);
  }

  /**
   * These settings with another seed.
   *
   * @param value any number
   * @return a changed copy
   */
  public LoaderConfig withSeed(long value) {
    return new LoaderConfig(batchSize, workers, prefetch, value, memoryFormat);
  }

  /**
   * These settings with another memory format.
   *
   * @param format how a batch of images lies in memory
   * @return a changed copy
   */
  public LoaderConfig withMemoryFormat(MemoryFormat format) {
    return new LoaderConfig(batchSize, workers, prefetch, seed, format);
  }

  /**
   * These settings for evaluation: at least 16 images a batch. Without gradients larger batches
   * take no memory to speak of, and are faster.
   *
   * @return a changed copy
   */
  public LoaderConfig forEvaluation() {
    return withBatchSize(Math.max(MIN_EVALUATION_BATCH, batchSize));
  }

  private static void require(boolean valid, String rule, int value) {
    if (!valid) {
      throw new IllegalArgumentException(rule + ": " + value);
    }
  }
}
