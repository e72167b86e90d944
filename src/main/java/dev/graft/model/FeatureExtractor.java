package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;

/** Computes the input of a classifier's head, by a copy whose head is the identity. */
public final class FeatureExtractor implements Inference {
  private final FrozenInference network;
  private final int width;

  private FeatureExtractor(FrozenInference network, int width) {
    this.network = network;
    this.width = width;
  }

  /** Makes one of a module that nobody else uses, which it changes and closes. */
  static FeatureExtractor of(Module copy, Head head, Precision precision) {
    try (Tensor identity = Tensor.eye(head.features());
        Tensor zeros = Tensor.zeros(DType.FLOAT32, head.features());
        Tensor weight = identity.to(copy.parameter(head.weight()).device());
        Tensor bias = zeros.to(weight.device())) {
      copy.setParameter(head.weight(), weight);
      if (head.bias()) {
        copy.setParameter(head.biasName(), bias);
      }
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
    return new FeatureExtractor(FrozenInference.of(copy, precision), head.features());
  }

  /**
   * Computes the features of a batch of images, without recording for backward.
   *
   * @param images [N, 3, H, W], normalised, on the module's device
   * @return [N, F], owned by the caller
   */
  @Override
  public Tensor forward(Tensor images) {
    return network.forward(images);
  }

  /**
   * Tells whether the network was frozen.
   *
   * @return false where libtorch cannot freeze it; its features' last bits may then be others
   */
  public boolean isFrozen() {
    return network.isFrozen();
  }

  /**
   * Returns the width of the features.
   *
   * @return F
   */
  public int width() {
    return width;
  }

  /** Frees the module. Harmless when done before. */
  @Override
  public void close() {
    network.close();
  }
}
