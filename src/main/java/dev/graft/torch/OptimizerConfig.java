package dev.graft.torch;

import java.util.List;
import java.util.Map;

/** The settings of an {@link Optimizer}. */
public sealed interface OptimizerConfig permits SgdConfig, AdamWConfig {
  /**
   * Returns the learning rate.
   *
   * @return the rate of groups that name none of their own
   */
  double lr();

  /**
   * Makes the optimiser.
   *
   * @param groups the parameters to train and their rates, at least one group; the head's last
   * @return owned by the caller
   */
  Optimizer create(List<ParameterGroup> groups);

  /**
   * Lists the settings by the names that the command line gives them.
   *
   * @return an unmodifiable map, {@code optimizer} first
   */
  Map<String, Object> toMap();
}
