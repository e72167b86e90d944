package dev.graft.torch;

import java.util.Arrays;

/**
 * Lets the learning rates rise linearly from {@code startFactor} times the base rates, which they
 * reach after {@code warmupEpochs} epochs; then another scheduler begins at its epoch 0. That is
 * Python's {@code SequentialLR([LinearLR(start_factor=startFactor, total_iters=warmupEpochs),
 * after], milestones=[warmupEpochs])}, as in torchvision's reference scripts.
 *
 * <p>Losses of warm-up epochs are not passed on. (Python's {@code SequentialLR} refuses a {@code
 * ReduceLROnPlateau}; here it sees the epochs after the warm-up.)
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html">SequentialLR</a>
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html">LinearLR</a>
 */
public final class LinearWarmup extends GroupRates implements LrScheduler {
  private final int warmupEpochs;
  private final double startFactor;
  private final LrScheduler after;

  /**
   * Makes a scheduler at epoch 0 and sets the first epoch's rates.
   *
   * @param optimizer whose rates to change; they must be the base rates
   * @param warmupEpochs at least 1
   * @param startFactor greater than 0, at most 1
   * @param after what follows, made for the same optimiser and not stepped yet; no warm-up
   */
  public LinearWarmup(
      Optimizer optimizer, int warmupEpochs, double startFactor, LrScheduler after) {
    super(optimizer);
    if (after instanceof LinearWarmup) {
      throw new IllegalArgumentException("A warm-up cannot follow a warm-up.");
    }
    if (rates(after).optimizer != optimizer) {
      throw new IllegalArgumentException("Both schedulers must belong to the same optimizer.");
    }
    Schedule.Warmup.check(warmupEpochs, startFactor);
    this.warmupEpochs = warmupEpochs;
    this.startFactor = startFactor;
    this.after = after;
    for (int group = 0; group < optimizer.groups(); group++) {
      optimizer.lr(group, optimizer.lr(group) * startFactor);
    }
  }

  /** Every scheduler is one. */
  private static GroupRates rates(LrScheduler scheduler) {
    return (GroupRates) scheduler;
  }

  @Override
  public void step() {
    if (epoch() < warmupEpochs) {
      super.step();
      if (epoch() == warmupEpochs) {
        rates(after).restart();
      }
    } else {
      after.step();
    }
  }

  /** LinearLR's recursion from start_factor to an end_factor of 1. */
  @Override
  double next(int group, double present) {
    double rise = 1.0 - startFactor;
    return present * (1.0 + rise / (warmupEpochs * startFactor + (epoch() - 1) * rise));
  }

  @Override
  public void observe(double validationLoss) {
    if (epoch() == warmupEpochs && rates(after).epoch() > 0) {
      after.observe(validationLoss);
    }
  }

  @Override
  public double[] state() {
    double[] mine = super.state();
    double[] its = after.state();
    double[] state = Arrays.copyOf(mine, mine.length + its.length);
    System.arraycopy(its, 0, state, mine.length, its.length);
    return state;
  }

  @Override
  public void loadState(double[] state) {
    int mine = super.state().length;
    requireLength(state, mine + after.state().length);
    after.loadState(Arrays.copyOfRange(state, mine, state.length));
    super.loadState(Arrays.copyOf(state, mine));
  }
}
