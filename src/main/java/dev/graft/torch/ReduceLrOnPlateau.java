package dev.graft.torch;

import java.util.Arrays;

/**
 * Multiplies the learning rates by a factor when the validation loss has not fallen for more than
 * {@code patience} epochs, as Python's {@code torch.optim.lr_scheduler.ReduceLROnPlateau} with its
 * other defaults: a loss counts as lower if it is below (1 - 1e-4) times the lowest so far, there
 * is no cooldown, and a change of 1e-8 or less is not made.
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html">ReduceLROnPlateau</a>
 */
public final class ReduceLrOnPlateau extends GroupRates implements LrScheduler {
  private static final double THRESHOLD = 1e-4;
  private static final double EPS = 1e-8;

  private final Schedule.Plateau settings;
  private double best = Double.POSITIVE_INFINITY;
  private double badEpochs;

  /**
   * Makes a scheduler.
   *
   * @param optimizer whose rates to change
   * @param factor what to multiply by, at least 0 and less than 1
   * @param patience epochs without a lower loss that are let pass, not negative
   * @param minLr no rate falls below it; not negative
   */
  public ReduceLrOnPlateau(Optimizer optimizer, double factor, int patience, double minLr) {
    super(optimizer);
    settings = new Schedule.Plateau(factor, patience, minLr);
  }

  @Override
  double next(int group, double present) {
    return present;
  }

  /**
   * Judges an epoch.
   *
   * @param validationLoss the mean loss; NaN counts as not lower
   */
  @Override
  public void observe(double validationLoss) {
    if (validationLoss < best * (1 - THRESHOLD)) {
      best = validationLoss;
      badEpochs = 0;
    } else {
      badEpochs++;
    }
    if (badEpochs > settings.patience()) {
      reduce();
      badEpochs = 0;
    }
  }

  private void reduce() {
    for (int group = 0; group < optimizer.groups(); group++) {
      double present = optimizer.lr(group);
      double lower = Math.max(present * settings.factor(), settings.minLr());
      if (present - lower > EPS) {
        optimizer.lr(group, lower);
      }
    }
  }

  @Override
  public double[] state() {
    double[] shared = super.state();
    double[] state = Arrays.copyOf(shared, shared.length + 2);
    state[shared.length] = best;
    state[shared.length + 1] = badEpochs;
    return state;
  }

  @Override
  public void loadState(double[] state) {
    int shared = super.state().length;
    requireLength(state, shared + 2);
    super.loadState(Arrays.copyOf(state, shared));
    best = state[shared];
    badEpochs = state[shared + 1];
  }
}
