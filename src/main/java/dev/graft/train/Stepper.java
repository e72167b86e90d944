package dev.graft.train;

import dev.graft.torch.Functional;
import dev.graft.torch.Tensor;
import java.util.List;

/**
 * The three calls of a training step, {@code zeroGrad}, {@code backward}, {@code step}, each batch;
 * where gradients are accumulated, only every so many batches clear or use them.
 */
final class Stepper {
  private final TrainingState state;
  private final Update update;
  private final List<Tensor> parameters;
  private final int batches;
  private final Vote vote;
  private int batch;

  /** Begins with one of an epoch's batches, which is a step's first. */
  Stepper(TrainingState state, Update update, int first, int batches, Vote vote) {
    this.state = state;
    this.update = update;
    this.parameters = List.copyOf(state.parameters().values());
    this.batches = batches;
    this.vote = vote;
    this.batch = first;
  }

  /** Clears the gradients if this batch is the first of a step. */
  void zeroGrad() {
    if (batch % update.accumulate() == 0) {
      state.optimizer.zeroGrad();
    }
  }

  /**
   * Adds the gradients of a batch's loss, so that a step's are those of the mean of its batches.
   */
  void backward(Tensor loss) {
    int first = batch - batch % update.accumulate();
    int share = Math.min(update.accumulate(), batches - first);
    if (share == 1) {
      loss.backward();
    } else {
      try (Tensor part = loss.mul(1.0 / share)) {
        part.backward();
      }
    }
  }

  /**
   * Ends a batch, with a step of the optimiser by all ranks' mean gradients if it is a step's last;
   * tells whether it was.
   */
  boolean step() {
    batch++;
    if (batch % update.accumulate() != 0 && batch != batches) {
      return false;
    }
    vote.castWithGradients(parameters);
    if (update.clipGradNorm() != null) {
      Functional.clipGradNorm(parameters, update.clipGradNorm());
    }
    state.optimizer.step();
    if (state.average != null) {
      state.average.update();
    }
    return true;
  }
}
