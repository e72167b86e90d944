package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.util.List;

/** What a training loop needs of a model: inputs to logits, two modes, trainable parameters. */
public interface Network {
  /**
   * Computes the logits of a batch.
   *
   * @param input [N, …]
   * @return [N, classes], owned by the caller
   */
  Tensor forward(Tensor input);

  /** Switches to training mode. */
  void train();

  /** Switches to evaluation mode. */
  void eval();

  /**
   * Returns the parameters that an optimiser gets.
   *
   * @return borrowed tensors with {@code requires_grad}, at least one
   */
  List<Tensor> trainableParameters();

  /**
   * Returns the module whose state is kept and restored.
   *
   * @return borrowed
   */
  Module module();
}
