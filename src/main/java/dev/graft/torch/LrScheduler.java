package dev.graft.torch;

/**
 * Changes an optimiser's learning rates between epochs, each group's as Python's scheduler of the
 * same name does, in the same order of floating-point operations.
 *
 * <p>To continue a run, make the optimiser and then the scheduler as at its start (a warm-up sets
 * rates when it is made), then load the states of both.
 */
public sealed interface LrScheduler
    permits StepLr, CosineAnnealingLr, ReduceLrOnPlateau, ConstantLr, LinearWarmup, GroupRates {
  /** Ends an epoch's training phase: the rates become the next epoch's. */
  void step();

  /**
   * Tells the epoch's validation loss, after {@link #step}. Only {@link ReduceLrOnPlateau} uses it.
   *
   * @param validationLoss the mean loss
   */
  void observe(double validationLoss);

  /**
   * Returns the counters and what else decides the coming rates, except the groups' present rates,
   * which are in the optimiser's state.
   *
   * @return for {@link #loadState} of a scheduler made alike; may hold infinity
   */
  double[] state();

  /**
   * Continues from a state.
   *
   * @param state what {@link #state()} returned
   * @throws IllegalArgumentException if it is not of such a scheduler
   */
  void loadState(double[] state);
}
