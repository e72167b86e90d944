package dev.graft.train;

/** Ends a run from inside a phase; the loop catches it. */
final class RunStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final TrainingResult.Outcome outcome;
  final String reason;

  private RunStopped(TrainingResult.Outcome outcome, String reason) {
    super(reason, null, false, false);
    this.reason = reason;
    this.outcome = outcome;
  }

  static RunStopped asked() {
    return new RunStopped(TrainingResult.Outcome.INTERRUPTED, "Stopped as asked.");
  }

  static RunStopped diverged(String reason) {
    return new RunStopped(TrainingResult.Outcome.DIVERGED, reason);
  }

  static RunStopped notFinite(double loss, Meter meter, int batch, String firstFile) {
    return diverged(
        """
        The loss is %s in epoch %d, %s batch %d (its first image is %s). Lower --lr, or check the \
        data. If an epoch's last batch is a single image, BatchNorm may need another --batch-size."""
            .formatted(loss, meter.epoch, meter.phase.label(), batch, firstFile));
  }
}
