package dev.graft.torch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of {@link AdamW}, with PyTorch's names, defaults and rules.
 *
 * @param lr learning rate, not negative
 * @param beta1 how much of the running mean of the gradient a step keeps, in [0, 1)
 * @param beta2 how much of the running mean of its square a step keeps, in [0, 1)
 * @param eps added to the denominator, not negative
 * @param weightDecay decoupled weight decay, not negative
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html">torch.optim.AdamW</a>
 */
public record AdamWConfig(double lr, double beta1, double beta2, double eps, double weightDecay)
    implements OptimizerConfig {

  /**
   * Checks what PyTorch checks, and that every number is finite.
   *
   * @param lr learning rate, not negative
   * @param beta1 how much of the running mean of the gradient a step keeps, in [0, 1)
   * @param beta2 how much of the running mean of its square a step keeps, in [0, 1)
   * @param eps added to the denominator, not negative
   * @param weightDecay decoupled weight decay, not negative
   */
  public AdamWConfig {
    Ranges.notNegative("learning rate", lr);
    Ranges.notNegative("epsilon value", eps);
    Ranges.fraction("beta parameter at index 0", beta1);
    Ranges.fraction("beta parameter at index 1", beta2);
    Ranges.notNegative("weight decay", weightDecay);
  }

  /**
   * PyTorch's defaults at a learning rate.
   *
   * @param lr learning rate
   * @return betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01
   */
  public static AdamWConfig of(double lr) {
    return new AdamWConfig(lr, 0.9, 0.999, 1e-8, 0.01);
  }

  /**
   * Changes the running means.
   *
   * @param first the new beta1
   * @param second the new beta2
   * @return a copy
   */
  public AdamWConfig withBetas(double first, double second) {
    return new AdamWConfig(lr, first, second, eps, weightDecay);
  }

  /**
   * Changes what is added to the denominator.
   *
   * @param value the new epsilon
   * @return a copy
   */
  public AdamWConfig withEps(double value) {
    return new AdamWConfig(lr, beta1, beta2, value, weightDecay);
  }

  /**
   * Changes the weight decay.
   *
   * @param value the new decoupled weight decay
   * @return a copy
   */
  public AdamWConfig withWeightDecay(double value) {
    return new AdamWConfig(lr, beta1, beta2, eps, value);
  }

  @Override
  public AdamW create(List<ParameterGroup> groups) {
    return new AdamW(groups, this);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("optimizer", "adamw");
    map.put("lr", lr);
    map.put("beta1", beta1);
    map.put("beta2", beta2);
    map.put("eps", eps);
    map.put("weight-decay", weightDecay);
    return Collections.unmodifiableMap(map);
  }
}
