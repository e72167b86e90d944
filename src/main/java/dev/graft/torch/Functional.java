package dev.graft.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operations of {@code torch.nn.functional}. */
public final class Functional {
  private Functional() {}

  /**
   * Computes {@code input · weightᵀ + bias}.
   *
   * @param input [N, F]
   * @param weight [C, F]
   * @param bias [C], or null for none
   * @return [N, C]
   */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return Native.tensor(
        () ->
            bias == null
                ? torch.linear(input.raw(), weight.raw())
                : torch.linear(input.raw(), weight.raw(), new TensorOptional(bias.raw())));
  }

  /**
   * Computes the cross-entropy between logits and class labels, averaged over the batch: the mean
   * of {@code -log(softmax(logits)[label])}.
   *
   * @param logits [N, C], floating point
   * @param labels [N], int64, each in 0..C-1
   * @return a scalar that {@link Tensor#backward} can start from
   * @throws TorchException if a label is outside 0..C-1 or the shapes do not match
   * @see <a
   *     href="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html">PyTorch's
   *     cross_entropy</a>
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return Native.tensor(() -> torch.cross_entropy(logits.raw(), labels.raw()));
  }
}
