package dev.graft.torch;

/**
 * Multiplies the learning rates by gamma every {@code stepSize} epochs, when Python's {@code
 * torch.optim.lr_scheduler.StepLR} does: with a step size of 7, epochs 0 to 6 run at the initial
 * rate, 7 to 13 at gamma times it. (libtorch's own {@code StepLR} falls one epoch later and is not
 * used.)
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html">StepLR</a>
 */
public final class StepLr extends GroupRates implements LrScheduler {
  private final Schedule.Step settings;

  /**
   * Makes a scheduler at epoch 0.
   *
   * @param optimizer whose rates to change
   * @param stepSize epochs between falls, at least 1
   * @param gamma the factor, finite and not negative
   */
  public StepLr(Optimizer optimizer, int stepSize, double gamma) {
    super(optimizer);
    settings = new Schedule.Step(stepSize, gamma);
  }

  @Override
  double next(int group, double present) {
    return epoch() % settings.stepSize() == 0 ? present * settings.gamma() : present;
  }
}
