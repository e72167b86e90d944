package dev.graft.torch;

/**
 * The settings of {@link Sgd}, with PyTorch's names, defaults and rules.
 *
 * @param lr learning rate, not negative
 * @param momentum momentum factor, not negative
 * @param dampening dampening of the momentum
 * @param weightDecay L2 penalty, not negative
 * @param nesterov whether Nesterov momentum is used; it needs a momentum and no dampening
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html">torch.optim.SGD</a>
 */
public record SgdConfig(
    double lr, double momentum, double dampening, double weightDecay, boolean nesterov) {

  /**
   * Checks what PyTorch checks, and that every number is finite.
   *
   * @param lr learning rate, not negative
   * @param momentum momentum factor, not negative
   * @param dampening dampening of the momentum
   * @param weightDecay L2 penalty, not negative
   * @param nesterov whether Nesterov momentum is used; it needs a momentum and no dampening
   */
  public SgdConfig {
    requireNotNegative("learning rate", lr);
    requireNotNegative("momentum", momentum);
    requireNotNegative("weight decay", weightDecay);
    if (!Double.isFinite(dampening)) {
      throw new IllegalArgumentException("Invalid dampening: " + dampening + ".");
    }
    if (nesterov && (momentum <= 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "Nesterov momentum requires a momentum and zero dampening.");
    }
  }

  /**
   * Plain gradient descent.
   *
   * @param lr learning rate
   * @return settings without momentum, dampening or weight decay
   */
  public static SgdConfig of(double lr) {
    return new SgdConfig(lr, 0, 0, 0, false);
  }

  /**
   * Changes the momentum.
   *
   * @param value the new momentum factor
   * @return a copy
   */
  public SgdConfig withMomentum(double value) {
    return new SgdConfig(lr, value, dampening, weightDecay, nesterov);
  }

  /**
   * Changes the weight decay.
   *
   * @param value the new L2 penalty
   * @return a copy
   */
  public SgdConfig withWeightDecay(double value) {
    return new SgdConfig(lr, momentum, dampening, value, nesterov);
  }

  private static void requireNotNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + ". It must be a number that is not negative.");
    }
  }
}
