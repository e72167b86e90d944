package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.util.Map;

/** What a training loop needs of a model: inputs to logits, two modes, trained parameters. */
public interface Network {
  /** Parts that may be trained at different rates. */
  enum Part {
    /** All but the head. */
    BACKBONE,
    /** The last layer. */
    HEAD
  }

  /**
   * Computes the logits of a batch.
   *
   * @param input [N, …]
   * @return [N, classes], owned by the caller
   */
  Tensor forward(Tensor input);

  /** Switches to training mode, except for what is frozen in evaluation mode. */
  void train();

  /** Switches to evaluation mode. */
  void eval();

  /**
   * Returns the parameters that an optimiser gets: those that are trained now, and those that
   * {@link #unfreeze} adds, which have no gradient until then.
   *
   * @param part of which part
   * @return borrowed tensors by name
   */
  Map<String, Tensor> parameters(Part part);

  /**
   * Returns the buffers that training may change, such as BatchNorm's running statistics.
   *
   * @return borrowed tensors by name; ask again after each {@link #forward} in training mode
   */
  Map<String, Tensor> buffers();

  /** Trains everything from now on. */
  void unfreeze();

  /**
   * Returns the number of classes.
   *
   * @return the width of the logits
   */
  int classCount();

  /**
   * Makes what validation and prediction run: a copy with the present weights, or this network
   * itself in evaluation mode where a copy gains nothing.
   *
   * @param precision what it computes in
   * @return owned by the caller; used before the network is trained on
   */
  default Inference inference(Precision precision) {
    eval();
    return new Inference() {
      @Override
      public Tensor forward(Tensor input) {
        try (NoGrad guard = NoGrad.open()) {
          return Network.this.forward(input);
        }
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Returns the module whose state is kept and restored.
   *
   * @return borrowed
   */
  Module module();
}
