package dev.graft.train;

import dev.graft.torch.Module;
import dev.graft.torch.StateDict;
import org.jspecify.annotations.Nullable;

/** The deep-copied state of the epoch with the best validation accuracy. */
final class BestWeights implements AutoCloseable {
  private final Module module;
  private @Nullable StateDict state;
  private int epoch = -1;
  private double accuracy;

  BestWeights(Module module) {
    this.module = module;
  }

  /**
   * Keeps the module's present state if it is the first, or strictly better than the best.
   *
   * @return whether it was kept
   */
  boolean offer(PhaseResult validation) {
    if (state != null && validation.accuracy() <= accuracy) {
      return false;
    }
    StateDict better = StateDict.copyOf(module);
    close();
    state = better;
    epoch = validation.epoch();
    accuracy = validation.accuracy();
    return true;
  }

  /** Puts the best state back into the module. */
  void restore() {
    if (state != null) {
      state.loadInto(module);
    }
  }

  int epoch() {
    return epoch;
  }

  double accuracy() {
    return accuracy;
  }

  @Override
  public void close() {
    if (state != null) {
      state.close();
    }
  }
}
