package dev.graft.predict;

import dev.graft.image.ImageDecoder;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Predictor} works. Start from {@link #defaults()}.
 *
 * @param device where the model runs
 * @param precision what it computes in; {@link Precision#fastest} tells what suits the device
 * @param workers threads that decode and compute, at least 1
 * @param threadsPerWorker threads that one libtorch operation of a worker uses, at least 1; all
 *     workers together have at most 1024
 * @param maxBatch images that a worker computes at once at most, at least 1
 * @param maxWait how long a worker waits for its batch to fill while other calls are in progress;
 *     it never waits for a single call
 * @param queueCapacity calls that may wait for a worker, at least 1; more are rejected
 * @param deadline how long a call may take where it does not say, or null for any time
 * @param maxPixels width times height of the largest image that is decoded; larger ones are refused
 *     by their header. A worker needs three bytes a pixel
 */
public record PredictorConfig(
    Device device,
    Precision precision,
    int workers,
    int threadsPerWorker,
    int maxBatch,
    Duration maxWait,
    int queueCapacity,
    @Nullable Duration deadline,
    int maxPixels) {
  private static final int MOST_THREADS = 1024;
  private static final int LARGEST_BATCH = 1024;

  /**
   * Checks the values.
   *
   * @param device where the model runs
   * @param precision what it computes in
   * @param workers at least 1
   * @param threadsPerWorker at least 1, and times the workers at most 1024
   * @param maxBatch at least 1
   * @param maxWait not negative
   * @param queueCapacity at least 1
   * @param deadline positive, or null
   * @param maxPixels at least 1, and at most {@link ImageDecoder#MAX_PIXELS}
   */
  public PredictorConfig {
    require("workers", workers, MOST_THREADS);
    require("threadsPerWorker", threadsPerWorker, MOST_THREADS);
    require("workers times threadsPerWorker", workers * threadsPerWorker, MOST_THREADS);
    require("maxBatch", maxBatch, LARGEST_BATCH);
    require("queueCapacity", queueCapacity, Integer.MAX_VALUE);
    require("maxPixels", maxPixels, ImageDecoder.MAX_PIXELS);
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException("maxWait is " + maxWait + "; it must not be negative.");
    }
    if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
      throw new IllegalArgumentException("deadline is " + deadline + "; it must be positive.");
    }
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between 1 and " + most + ".");
    }
  }

  /**
   * One worker of one thread for each processor, float32 on the CPU, batches of up to 8 that are
   * not waited for, 256 calls waiting, no deadline, images of up to {@link
   * ImageDecoder#MAX_PIXELS}.
   *
   * @return a configuration to change with the methods below
   */
  public static PredictorConfig defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new PredictorConfig(
        Device.CPU,
        Precision.FP32,
        processors,
        1,
        8,
        Duration.ZERO,
        256,
        null,
        ImageDecoder.MAX_PIXELS);
  }

  /**
   * Changes the device and the precision.
   *
   * @param newDevice where the model runs
   * @param newPrecision what it computes in
   * @return the changed copy
   */
  public PredictorConfig on(Device newDevice, Precision newPrecision) {
    return new PredictorConfig(
        newDevice,
        newPrecision,
        workers,
        threadsPerWorker,
        maxBatch,
        maxWait,
        queueCapacity,
        deadline,
        maxPixels);
  }

  /**
   * Changes the threads.
   *
   * @param newWorkers threads that decode and compute, at least 1
   * @param perWorker threads that one libtorch operation of a worker uses, at least 1; all workers
   *     together have at most 1024
   * @return the changed copy
   */
  public PredictorConfig withWorkers(int newWorkers, int perWorker) {
    return new PredictorConfig(
        device,
        precision,
        newWorkers,
        perWorker,
        maxBatch,
        maxWait,
        queueCapacity,
        deadline,
        maxPixels);
  }

  /**
   * Changes how calls are put together.
   *
   * @param largest images that a worker computes at once at most, at least 1
   * @param wait how long a worker waits for more while other calls are in progress
   * @return the changed copy
   */
  public PredictorConfig withBatches(int largest, Duration wait) {
    return new PredictorConfig(
        device,
        precision,
        workers,
        threadsPerWorker,
        largest,
        wait,
        queueCapacity,
        deadline,
        maxPixels);
  }

  /**
   * Changes what happens under load.
   *
   * @param capacity calls that may wait for a worker, at least 1; more are rejected
   * @param newDeadline how long a call may take where it does not say, or null for any time
   * @return the changed copy
   */
  public PredictorConfig withLimits(int capacity, @Nullable Duration newDeadline) {
    return new PredictorConfig(
        device,
        precision,
        workers,
        threadsPerWorker,
        maxBatch,
        maxWait,
        capacity,
        newDeadline,
        maxPixels);
  }

  /**
   * Changes how large an image may be.
   *
   * @param most width times height, at least 1, and at most {@link ImageDecoder#MAX_PIXELS}
   * @return the changed copy
   */
  public PredictorConfig withMaxPixels(int most) {
    return new PredictorConfig(
        device,
        precision,
        workers,
        threadsPerWorker,
        maxBatch,
        maxWait,
        queueCapacity,
        deadline,
        most);
  }
}
