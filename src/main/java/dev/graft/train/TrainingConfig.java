package dev.graft.train;

import dev.graft.torch.Device;
import dev.graft.torch.SgdConfig;

/**
 * The settings of the loop.
 *
 * @param epochs at least 1
 * @param sgd the optimiser's
 * @param stepSize epochs between falls of the learning rate, at least 1
 * @param gamma the factor of each fall, not negative
 * @param device where the model is
 */
public record TrainingConfig(int epochs, SgdConfig sgd, int stepSize, double gamma, Device device) {
  /**
   * Checks the ranges.
   *
   * @param epochs at least 1
   * @param sgd the optimiser's
   * @param stepSize epochs between falls of the learning rate, at least 1
   * @param gamma the factor of each fall, not negative
   * @param device where the model is
   */
  public TrainingConfig {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs is " + epochs + "; it must be at least 1.");
    }
    if (stepSize < 1) {
      throw new IllegalArgumentException("step size is " + stepSize + "; it must be at least 1.");
    }
    if (!(gamma >= 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "gamma is " + gamma + "; it must be a number that is not negative.");
    }
  }

  /**
   * The settings of PyTorch's transfer-learning tutorial.
   *
   * @return 25 epochs, SGD with rate 0.001 and momentum 0.9, times 0.1 every 7 epochs, on the CPU
   */
  public static TrainingConfig defaults() {
    return new TrainingConfig(25, SgdConfig.of(0.001).withMomentum(0.9), 7, 0.1, Device.CPU);
  }

  /**
   * Changes the number of epochs.
   *
   * @param value at least 1
   * @return a copy
   */
  public TrainingConfig withEpochs(int value) {
    return new TrainingConfig(value, sgd, stepSize, gamma, device);
  }

  /**
   * Changes the optimiser's settings.
   *
   * @param value the new ones
   * @return a copy
   */
  public TrainingConfig withSgd(SgdConfig value) {
    return new TrainingConfig(epochs, value, stepSize, gamma, device);
  }
}
