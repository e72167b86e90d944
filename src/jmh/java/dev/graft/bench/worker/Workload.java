package dev.graft.bench.worker;

import java.util.Map;

/** Something that is timed. It lives in one worker until that ends. */
interface Workload extends AutoCloseable {
  /** The metric of a workload that tells its time by itself, since it is more than its images. */
  String SECONDS_PER_IMAGE = "seconds_per_image";

  /** Makes ready for the next {@link #once}, outside of the time that counts. */
  default void prepare() {}

  /** Does the work. */
  void once();

  /** What else was measured by the last {@link #once}, by name. */
  default Map<String, Double> metrics() {
    return Map.of();
  }

  /**
   * Computes what the other side must compute too before the two are compared.
   *
   * @return logits or pixels
   */
  float[] answer();

  @Override
  default void close() {}
}
