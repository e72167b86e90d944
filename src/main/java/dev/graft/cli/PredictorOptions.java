package dev.graft.cli;

import dev.graft.predict.PredictorConfig;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options of {@code graft serve} about threads, batches and limits. */
final class PredictorOptions {
  private static final int MILLIS = 1000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      showDefaultValue = Visibility.NEVER,
      description =
          "Workers of a model, which decode and compute side by side; by default as many as there are"
              + " processors for their threads.")
  private @Nullable Integer workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that each worker computes with: more answer a single image sooner, one each"
              + " answers the most images a second.")
  private int threads = 1;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      description = "Images that are computed at once at most, while there is a queue.")
  private int maxBatch = 8;

  @Option(
      names = "--max-wait",
      paramLabel = "MS",
      description =
          "How long a batch may wait for more images while others are computed; never alone.")
  private int maxWait = 0;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Images of a model that may wait; a request too many gets 503 at once.")
  private int queue = 256;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description = "How long an image may take, waiting included; then the request gets 504.")
  private double deadline = 10;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description =
          "Width times height of the largest image that is decoded; others get 413 by their header.")
  private int maxPixels = 64_000_000;

  PredictorConfig config(ComputeOptions compute) {
    if (!(deadline > 0 && deadline <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("--deadline is " + deadline + "; it must be positive.");
    }
    PredictorConfig defaults = PredictorConfig.defaults();
    int fitting = Math.max(1, defaults.workers() / Math.max(1, threads));
    return defaults
        .withWorkers(Objects.requireNonNullElse(workers, fitting), threads)
        .on(compute.device(), compute.precision())
        .withBatches(maxBatch, Duration.ofMillis(maxWait))
        .withLimits(queue, Duration.ofMillis(Math.max(1, Math.round(deadline * MILLIS))))
        .withMaxPixels(maxPixels);
  }
}
