package dev.graft.train;

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
    /** It was asked to stop. */
    INTERRUPTED,
    /** The loss was not a finite number. */
    DIVERGED
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
