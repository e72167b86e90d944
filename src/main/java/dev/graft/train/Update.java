package dev.graft.train;

import org.jspecify.annotations.Nullable;

/**
 * How gradients become steps.
 *
 * @param accumulate batches whose mean gradient makes one step, at least 1; an epoch's last step
 *     may have fewer
 * @param clipGradNorm the gradient is scaled down to this norm where it is longer, above 0; null
 *     for never. As {@code torch.nn.utils.clip_grad_norm_}
 * @param emaDecay decay of an exponential moving average of the trained weights, between 0 and 1,
 *     that is validated and saved in their place; null for none. As {@code
 *     torch.optim.swa_utils.AveragedModel} with {@code get_ema_avg_fn}: the first step copies,
 *     buffers are the model's
 */
public record Update(int accumulate, @Nullable Double clipGradNorm, @Nullable Double emaDecay) {
  /**
   * Checks the ranges.
   *
   * @param accumulate batches whose mean gradient makes one step, at least 1
   * @param clipGradNorm the largest norm of the gradient, above 0; null for any
   * @param emaDecay between 0 and 1; null for no average
   */
  public Update {
    if (accumulate < 1) {
      throw new IllegalArgumentException(
          "accumulate is " + accumulate + "; it must be at least 1.");
    }
    if (clipGradNorm != null && !(clipGradNorm > 0 && clipGradNorm <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "clip-grad-norm is " + clipGradNorm + "; it must be a number above 0.");
    }
    if (emaDecay != null && !(emaDecay > 0 && emaDecay < 1)) {
      throw new IllegalArgumentException(
          "ema-decay is " + emaDecay + "; it must be between 0 and 1, such as 0.99.");
    }
  }

  /**
   * A step for each batch, as it is.
   *
   * @return no accumulation, clipping or averaging
   */
  public static Update everyBatch() {
    return new Update(1, null, null);
  }

  /**
   * Changes the accumulation.
   *
   * @param batches at least 1
   * @return a copy
   */
  public Update withAccumulate(int batches) {
    return new Update(batches, clipGradNorm, emaDecay);
  }

  /**
   * Changes the clipping.
   *
   * @param norm above 0, or null for none
   * @return a copy
   */
  public Update withClipGradNorm(@Nullable Double norm) {
    return new Update(accumulate, norm, emaDecay);
  }

  /**
   * Changes the averaging.
   *
   * @param decay between 0 and 1, or null for none
   * @return a copy
   */
  public Update withEmaDecay(@Nullable Double decay) {
    return new Update(accumulate, clipGradNorm, decay);
  }
}
