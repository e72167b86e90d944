package dev.graft.torch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    double lr, double momentum, double dampening, double weightDecay, boolean nesterov)
    implements OptimizerConfig {

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
    Ranges.notNegative("learning rate", lr);
    Ranges.notNegative("momentum", momentum);
    Ranges.notNegative("weight decay", weightDecay);
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

  /**
   * Changes the dampening.
   *
   * @param value the new dampening of the momentum
   * @return a copy
   */
  public SgdConfig withDampening(double value) {
    return new SgdConfig(lr, momentum, value, weightDecay, nesterov);
  }

  /**
   * Changes whether Nesterov momentum is used. Set the momentum first: without one it is refused.
   *
   * @param value true to use it
   * @return a copy
   */
  public SgdConfig withNesterov(boolean value) {
    return new SgdConfig(lr, momentum, dampening, weightDecay, value);
  }

  @Override
  public Sgd create(List<ParameterGroup> groups) {
    return new Sgd(groups, this);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("optimizer", "sgd");
    map.put("lr", lr);
    map.put("momentum", momentum);
    map.put("dampening", dampening);
    map.put("nesterov", nesterov);
    map.put("weight-decay", weightDecay);
    return Collections.unmodifiableMap(map);
  }
}
