package dev.graft.train;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended. Whatever the outcome, the model holds the best weights seen, if any epoch was
 * validated.
 *
 * @param outcome why it ended
 * @param bestEpoch the epoch of the best weights, or -1 if none was validated
 * @param bestAccuracy its validation accuracy, 0 to 1; 0 if none was validated
 * @param seconds wall-clock time
 * @param message for a person; empty for a completed run
 */
public record TrainingResult(
    Outcome outcome, int bestEpoch, double bestAccuracy, double seconds, String message) {
  /** Why a run ended. */
  public enum Outcome {
    /** All epochs are done. */
    COMPLETED,
    /** The last epochs brought nothing better, and patience ran out. */
    EARLY_STOPPED,
    /** It was asked to stop. */
    INTERRUPTED,
    /** The loss was not a finite number. */
    DIVERGED;

    /**
     * Tells whether the run did what it was asked to, so that there is nothing to resume.
     *
     * @return true if it is over
     */
    public boolean isFinal() {
      return this == COMPLETED || this == EARLY_STOPPED;
    }

    /**
     * The name in lower case, as in {@code summary.json}.
     *
     * @return such as {@code early_stopped}
     */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static TrainingResult of(
      TrainingState state, @Nullable RunStopped stopped, TrainingConfig config) {
    Outcome outcome = Outcome.COMPLETED;
    String message = "";
    if (stopped != null) {
      outcome = stopped.outcome;
      message = stopped.reason;
    } else if (state.epoch < config.epochs()) {
      outcome = Outcome.EARLY_STOPPED;
      message =
          "Stopped early: no better validation accuracy in %d epochs.".formatted(config.patience());
    }
    PhaseResult best = state.best.validation();
    return new TrainingResult(
        outcome,
        best == null ? -1 : best.epoch(),
        best == null ? 0 : best.accuracy(),
        state.seconds(),
        message);
  }

  /**
   * The time as {@code summary.json} has it.
   *
   * @return seconds, to a tenth
   */
  public double roundedSeconds() {
    return Math.round(seconds * 10) / 10.0;
  }

  /**
   * Tells whether there are best weights.
   *
   * @return true if at least one epoch was validated
   */
  public boolean hasBest() {
    return bestEpoch >= 0;
  }
}
