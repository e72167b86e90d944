package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;

/** Computes the input of a classifier's head, by a copy whose head is the identity. */
public final class FeatureExtractor implements AutoCloseable {
  private final Module module;
  private final Head head;

  /** Takes ownership of the module. */
  FeatureExtractor(Module module, Head head) {
    this.module = module;
    this.head = head;
    try (Tensor identity = Tensor.eye(head.features());
        Tensor zeros = Tensor.zeros(DType.FLOAT32, head.features());
        Tensor weight = identity.to(module.parameter(head.weight()).device());
        Tensor bias = zeros.to(weight.device())) {
      module.setParameter(head.weight(), weight);
      if (head.bias()) {
        module.setParameter(head.biasName(), bias);
      }
    }
    module.eval();
  }

  /**
   * Computes the features of a batch of images, without recording for backward.
   *
   * @param images [N, 3, H, W], normalised, on the module's device
   * @return [N, F], owned by the caller
   */
  public Tensor forward(Tensor images) {
    try (NoGrad guard = NoGrad.open()) {
      return module.forward(images);
    }
  }

  /**
   * Returns the width of the features.
   *
   * @return F
   */
  public int width() {
    return head.features();
  }

  /** Frees the module. Harmless when done before. */
  @Override
  public void close() {
    module.close();
  }
}
