package dev.graft.bench.worker;

/** Something that is timed. It lives in one worker until that ends. */
interface Workload extends AutoCloseable {
  /** Makes ready for the next {@link #once}, outside of the time that counts. */
  default void prepare() {}

  /** Does the work. */
  void once();

  /**
   * Computes what the other side must compute too before the two are compared.
   *
   * @return logits or pixels
   */
  float[] answer();

  @Override
  default void close() {}
}
