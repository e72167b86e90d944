package dev.graft.predict;

import static java.lang.System.Logger.Level.WARNING;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listener that may throw: that is logged, once, and costs nobody an answer. */
final class GuardedListener implements PredictorListener {
  private static final System.Logger LOG = System.getLogger(Predictor.class.getName());

  private final PredictorListener listener;
  private final AtomicBoolean thrown = new AtomicBoolean();

  GuardedListener(PredictorListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  @Override
  public void answered(Timing timing) {
    guard(() -> listener.answered(timing));
  }

  @Override
  public void failed(Throwable cause) {
    guard(() -> listener.failed(cause));
  }

  @Override
  public void rejected() {
    guard(listener::rejected);
  }

  @Override
  public void expired() {
    guard(listener::expired);
  }

  @Override
  public void reloaded(String version) {
    guard(() -> listener.reloaded(version));
  }

  private void guard(Runnable told) {
    try {
      told.run();
    } catch (Throwable e) { // whatever it is, it is not the call's
      if (!thrown.getAndSet(true)) {
        LOG.log(WARNING, "A PredictorListener threw; from now on that is not logged again.", e);
      }
    }
  }
}
