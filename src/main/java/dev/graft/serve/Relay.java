package dev.graft.serve;

import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorListener;
import dev.graft.predict.Timing;

/** Tells two listeners; the second may come later, with the server. */
final class Relay implements PredictorListener {
  private final PredictorListener first;
  private volatile PredictorListener second = PredictorListener.none();

  Relay(PredictorListener first) {
    this.first = first;
  }

  void add(PredictorListener listener) {
    second = listener;
  }

  @Override
  public void started(Predictor predictor) {
    first.started(predictor);
  }

  @Override
  public void answered(Timing timing) {
    first.answered(timing);
    second.answered(timing);
  }

  @Override
  public void failed(Throwable cause) {
    first.failed(cause);
    second.failed(cause);
  }

  @Override
  public void rejected() {
    first.rejected();
    second.rejected();
  }

  @Override
  public void expired() {
    first.expired();
    second.expired();
  }

  @Override
  public void reloaded(String version) {
    first.reloaded(version);
    second.reloaded(version);
  }
}
