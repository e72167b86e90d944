package dev.graft.train;

import dev.graft.torch.Module;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The deep-copied state of the epoch with the best validation accuracy. */
final class BestWeights implements AutoCloseable {
  private final Module module;
  private @Nullable StateDict state;
  private @Nullable PhaseResult validation;

  BestWeights(Module module) {
    this.module = module;
  }

  /**
   * Keeps the module's present state if it is the first, or strictly better than the best.
   *
   * @return whether it was kept
   */
  boolean offer(PhaseResult candidate) {
    if (validation != null && candidate.accuracy() <= validation.accuracy()) {
      return false;
    }
    set(candidate);
    return true;
  }

  /** Keeps the module's present state as that of an epoch with this validation. */
  void set(PhaseResult best) {
    StateDict better = StateDict.copyOf(module);
    close();
    state = better;
    validation = best;
  }

  /** Puts the best state back into the module. */
  void restore() {
    if (state != null) {
      state.loadInto(module);
    }
  }

  /** The validation of the best epoch, or null if none was validated. */
  @Nullable PhaseResult validation() {
    return validation;
  }

  /** The best epoch, or -1. */
  int epoch() {
    return validation == null ? -1 : validation.epoch();
  }

  /** The best state by name, empty if there is none; borrowed. */
  Map<String, Tensor> tensors() {
    return state == null ? Map.of() : state.tensors();
  }

  @Override
  public void close() {
    if (state != null) {
      state.close();
    }
  }
}
