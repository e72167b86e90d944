package dev.graft.torch;

import java.util.List;

/**
 * Parameters that an optimiser trains at a learning rate of their own.
 *
 * @param parameters borrowed, at least one
 * @param lr the learning rate, not negative
 */
public record ParameterGroup(List<Tensor> parameters, double lr) {
  /**
   * Copies the list.
   *
   * @param parameters borrowed, at least one
   * @param lr the learning rate, not negative
   */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
    Ranges.notNegative("learning rate", lr);
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("The optimizer got an empty parameter list.");
    }
  }
}
