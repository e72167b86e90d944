package dev.graft.torch;

/**
 * Changes parameters along their gradients. An optimiser holds its parameters in groups, each with
 * a learning rate of its own, and what its method remembers of each parameter (momentum, moments);
 * the parameters themselves stay their module's.
 *
 * <p>The group of the head comes last by convention: {@link #lr()} is its rate.
 */
public sealed interface Optimizer extends AutoCloseable permits Sgd, AdamW, NativeOptimizer {
  /** Forgets the gradients of all parameters (sets them to none). */
  void zeroGrad();

  /**
   * Changes the parameters by one step along their gradients; those without one stay as they are.
   */
  void step();

  /**
   * Returns the number of parameter groups.
   *
   * @return at least 1
   */
  int groups();

  /**
   * Returns a group's learning rate.
   *
   * @param group from 0
   * @return the rate the next step uses
   */
  double lr(int group);

  /**
   * Changes a group's learning rate.
   *
   * @param group from 0
   * @param lr finite and not negative
   */
  void lr(int group, double lr);

  /**
   * Returns the learning rate of the last group, the head's.
   *
   * @return the rate the next step uses
   */
  default double lr() {
    return lr(groups() - 1);
  }

  /**
   * Copies everything that a bit-identical continuation needs besides the parameters themselves:
   * what the method remembers of each parameter, and each group's present rate. Two states that
   * mean the same need not have the same bytes.
   *
   * @return uint8 [n] on the CPU, for {@link #loadState} of an optimiser made alike; owned by the
   *     caller
   */
  Tensor state();

  /**
   * Continues from a state. Nothing changes unless the whole state is loaded. The bytes go to
   * libtorch's reader, which is not hardened against hostile ones: load only what you trust.
   *
   * @param state what {@link #state()} returned, of the same method over parameters of the same
   *     shapes in the same groups: uint8 [n] on the CPU; only read
   * @throws IllegalArgumentException if the state is damaged or of another optimiser
   */
  void loadState(Tensor state);

  /** Frees the optimiser and what it remembers. Harmless when done before. */
  @Override
  void close();
}
