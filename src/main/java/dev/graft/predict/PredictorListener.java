package dev.graft.predict;

/**
 * Is told what a {@link Predictor} does, for metrics: {@link PredictorMetrics} is one for
 * Micrometer. Called by workers and callers, so an implementation is thread-safe and quick. What it
 * throws is logged and changes nothing. Each call is answered, fails, is rejected or expires: it is
 * told of once.
 */
public interface PredictorListener {
  /**
   * Does nothing.
   *
   * @return a listener for who wants to know nothing
   */
  static PredictorListener none() {
    return new PredictorListener() {};
  }

  /**
   * A predictor is ready; nothing else was told before.
   *
   * @param predictor whose listener this is
   */
  default void started(Predictor predictor) {}

  /**
   * An image was answered.
   *
   * @param timing where the time went
   */
  default void answered(Timing timing) {}

  /**
   * An image was not answered.
   *
   * @param cause such as an image that cannot be decoded
   */
  default void failed(Throwable cause) {}

  /** A call, or a list of them, was rejected, because too many were waiting. */
  default void rejected() {}

  /** A call's deadline passed before it was answered, or its caller gave up. */
  default void expired() {}

  /**
   * Another model answers from now on.
   *
   * @param version the new model, as {@link Predictor#version()} names it
   */
  default void reloaded(String version) {}
}
