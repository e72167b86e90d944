package dev.graft.torch;

import java.util.Arrays;

/** What the schedulers share: the epoch, and every group's base rate. */
abstract sealed class GroupRates implements LrScheduler
    permits StepLr, CosineAnnealingLr, ReduceLrOnPlateau, ConstantLr, LinearWarmup {
  final Optimizer optimizer;
  private final double[] base;
  private int epoch;

  GroupRates(Optimizer optimizer) {
    this.optimizer = optimizer;
    this.base = new double[optimizer.groups()];
    Arrays.setAll(base, optimizer::lr);
  }

  final int epoch() {
    return epoch;
  }

  final double base(int group) {
    return base[group];
  }

  /** The rate of the epoch that has just begun. */
  abstract double next(int group, double present);

  /** The rate of epoch 0 by the closed formula; what Python's SequentialLR starts with. */
  double first(int group) {
    return base[group];
  }

  /** Begins at epoch 0, whatever the present rates are. */
  final void restart() {
    epoch = 0;
    for (int group = 0; group < base.length; group++) {
      optimizer.lr(group, first(group));
    }
  }

  @Override
  public void step() {
    epoch++;
    for (int group = 0; group < base.length; group++) {
      double present = optimizer.lr(group);
      double next = next(group, present);
      if (next != present) {
        optimizer.lr(group, next);
      }
    }
  }

  @Override
  public void observe(double validationLoss) {}

  @Override
  public double[] state() {
    double[] state = new double[1 + base.length];
    state[0] = epoch;
    System.arraycopy(base, 0, state, 1, base.length);
    return state;
  }

  @Override
  public void loadState(double[] state) {
    requireLength(state, 1 + base.length);
    double count = state[0];
    if (count != Math.rint(count) || count < 0 || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The scheduler state is damaged: its epoch is " + count + ".");
    }
    epoch = (int) count;
    System.arraycopy(state, 1, base, 0, base.length);
  }

  static void requireLength(double[] state, int length) {
    if (state.length != length) {
      throw new IllegalArgumentException(
          "The scheduler state has "
              + state.length
              + " numbers instead of "
              + length
              + ": it is of another scheduler, or of other parameter groups.");
    }
  }
}
