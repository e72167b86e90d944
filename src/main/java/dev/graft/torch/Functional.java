package dev.graft.torch;

import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operations of {@code torch.nn.functional}. */
public final class Functional {
  /** at::Reduction::Mean. */
  private static final long MEAN = 1;

  /** PyTorch's default for ignore_index: no class has it. */
  private static final long NOT_IGNORED = -100;

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

  /**
   * Computes the cross-entropy between logits and labels with class weights and label smoothing,
   * averaged over the batch. With class indices and weights the mean is over the labels' weights,
   * with class probabilities over the batch's size, as in PyTorch.
   *
   * @param logits [N, C], floating point
   * @param target class indices, int64 [N], each in 0..C-1; or class probabilities [N, C] of the
   *     logits' type, each row with a sum of 1
   * @param weight of each class, [C] of the logits' type; null for none
   * @param labelSmoothing how much of each label is spread over all classes, from 0 to 1
   * @return a scalar that {@link Tensor#backward} can start from
   * @throws TorchException if a label is outside 0..C-1 or the shapes or types do not match
   * @see <a
   *     href="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html">PyTorch's
   *     cross_entropy</a>
   */
  public static Tensor crossEntropy(
      Tensor logits, Tensor target, @Nullable Tensor weight, double labelSmoothing) {
    return Native.tensor(
        () ->
            torch.cross_entropy_loss(
                logits.raw(),
                target.raw(),
                weight == null ? new TensorOptional() : new TensorOptional(weight.raw()),
                MEAN,
                NOT_IGNORED,
                labelSmoothing));
  }

  /**
   * Scales gradients in place so that their common 2-norm is at most {@code maxNorm}, as Python's
   * {@code torch.nn.utils.clip_grad_norm_}. Parameters without a gradient are skipped.
   *
   * @param parameters whose gradients to scale
   * @param maxNorm greater than 0
   * @return the norm before; not finite if a gradient is not, and then no gradient is of use
   */
  public static double clipGradNorm(List<Tensor> parameters, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "Invalid maximum norm: " + maxNorm + ". It must be greater than 0.");
    }
    return Native.call(
        () -> {
          var vector = new TensorVector();
          parameters.forEach(parameter -> vector.push_back(parameter.raw()));
          return torch.clip_grad_norm_(vector, maxNorm);
        });
  }
}
