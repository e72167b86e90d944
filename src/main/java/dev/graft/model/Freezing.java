package dev.graft.model;

import java.util.List;

/**
 * What is trained and what keeps its weights.
 *
 * @param policy the part that is frozen
 * @param trainable with {@link Freeze#NONE}: patterns of the parameters that are trained, such as
 *     {@code layer4.*}, where {@code *} stands for any characters; empty for all
 * @param unfreezesLater whether {@link Network#unfreeze} will be called, so that the optimiser gets
 *     every parameter
 * @param batchNorm whether BatchNorm keeps its running statistics, weights and biases, and uses the
 *     former in training too
 */
public record Freezing(
    Freeze policy, List<String> trainable, boolean unfreezesLater, boolean batchNorm) {
  /**
   * Checks that the parts do not contradict each other.
   *
   * @param policy the part that is frozen
   * @param trainable patterns of the parameters that are trained; empty for what the policy says
   * @param unfreezesLater whether everything is trained later
   * @param batchNorm whether BatchNorm is frozen
   */
  public Freezing {
    trainable = List.copyOf(trainable);
    if (!trainable.isEmpty() && policy != Freeze.NONE) {
      throw new IllegalArgumentException(
          "trainable says what is trained, and so does freeze "
              + policy.label()
              + ". Give one of them.");
    }
    if (unfreezesLater && policy == Freeze.NONE && trainable.isEmpty()) {
      throw new IllegalArgumentException(
          "Nothing is frozen that could be unfrozen later. Freeze the backbone, or name what is"
              + " trainable.");
    }
    if (unfreezesLater && policy == Freeze.FEATURES) {
      throw new IllegalArgumentException(
          "With freeze features the backbone runs only before training, so it cannot be unfrozen"
              + " later. Use freeze backbone.");
    }
  }

  /**
   * Freezes one part for the whole run.
   *
   * @param policy the part
   * @return nothing else
   */
  public static Freezing of(Freeze policy) {
    return new Freezing(policy, List.of(), false, false);
  }

  /**
   * Names what is trained.
   *
   * @param patterns of parameters; empty for all
   * @return a copy
   */
  public Freezing withTrainable(List<String> patterns) {
    return new Freezing(policy, patterns, unfreezesLater, batchNorm);
  }

  /**
   * Says whether everything is trained later.
   *
   * @param value true if {@link Network#unfreeze} will be called
   * @return a copy
   */
  public Freezing withUnfreezesLater(boolean value) {
    return new Freezing(policy, trainable, value, batchNorm);
  }

  /**
   * Says whether BatchNorm is frozen.
   *
   * @param value true to freeze it
   * @return a copy
   */
  public Freezing withBatchNorm(boolean value) {
    return new Freezing(policy, trainable, unfreezesLater, value);
  }
}
