package dev.graft.model;

import dev.graft.torch.Tensor;

/** A network made ready to answer and nothing else. Several threads may use it at once. */
public interface Inference extends AutoCloseable {
  /**
   * Computes the answers to a batch, without recording for backward.
   *
   * @param input what the network takes, such as images [N, 3, H, W], float32, on its device
   * @return float32, such as logits [N, classes]; owned by the caller
   */
  Tensor forward(Tensor input);

  /** Frees it. Harmless when done before. */
  @Override
  void close();
}
