package dev.graft.torch;

/** Leaves the learning rates as they are. */
public final class ConstantLr extends GroupRates implements LrScheduler {
  /**
   * Makes a scheduler.
   *
   * @param optimizer whose rates to leave
   */
  public ConstantLr(Optimizer optimizer) {
    super(optimizer);
  }

  @Override
  double next(int group, double present) {
    return present;
  }
}
