package dev.graft.torch;

/**
 * Multiplies the learning rate by gamma every {@code stepSize} epochs, when Python's {@code
 * torch.optim.lr_scheduler.StepLR} does: with a step size of 7, epochs 0 to 6 run at the initial
 * rate, 7 to 13 at gamma times it. (libtorch's own {@code StepLR} falls one epoch later and is not
 * used.)
 */
public final class StepLr {
  private final Sgd optimizer;
  private final int stepSize;
  private final double gamma;
  private int epoch;

  /**
   * Makes a scheduler at epoch 0.
   *
   * @param optimizer whose rate to change
   * @param stepSize epochs between falls, at least 1
   * @param gamma the factor, finite and not negative
   */
  public StepLr(Sgd optimizer, int stepSize, double gamma) {
    if (stepSize < 1) {
      throw new IllegalArgumentException(
          "Invalid step size: " + stepSize + ". It must be at least 1.");
    }
    if (!(gamma >= 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "Invalid gamma: " + gamma + ". It must be a number that is not negative.");
    }
    this.optimizer = optimizer;
    this.stepSize = stepSize;
    this.gamma = gamma;
  }

  /** Ends an epoch: counts it and lets the rate fall when it is time. */
  public void step() {
    epoch++;
    if (epoch % stepSize == 0) {
      optimizer.lr(optimizer.lr() * gamma);
    }
  }
}
