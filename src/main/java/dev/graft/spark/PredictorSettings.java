package dev.graft.spark;

import dev.graft.predict.PredictorConfig;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;

/**
 * Which predictor an executor needs; processes have one for each.
 *
 * @param digest the SHA-256 of the model's file
 * @param device as {@link Device#parse} reads it, on the executor
 * @param precision fp32, bf16 or auto, which the executor's processor decides
 * @param workers threads that decode and compute, or {@link ExecutorCores#ALL}
 * @param maxBatch images that a worker computes at once at most
 * @param maxPixels width times height of the largest image that is decoded
 */
record PredictorSettings(
    String digest, String device, String precision, int workers, int maxBatch, int maxPixels)
    implements Serializable {
  /** The predictor's configuration on this machine: each worker has one thread. */
  PredictorConfig config() {
    Device where = Device.parse(device);
    PredictorConfig all =
        PredictorConfig.defaults()
            .on(where, precision(where))
            .withBatches(maxBatch, Duration.ZERO)
            .withLimits(Integer.MAX_VALUE, null) // each task bounds what it asks at once
            .withMaxPixels(maxPixels);
    return workers == ExecutorCores.ALL ? all : all.withWorkers(workers, 1);
  }

  private Precision precision(Device where) {
    return precision.equals("auto")
        ? Precision.fastest(where)
        : Precision.valueOf(precision.toUpperCase(Locale.ROOT));
  }
}
