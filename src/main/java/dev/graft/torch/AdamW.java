package dev.graft.torch;

import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.AdamWOptions;

/**
 * Adam with decoupled weight decay, libtorch's {@code optim::AdamW}.
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html">torch.optim.AdamW</a>
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter 2017, Decoupled Weight Decay
 *     Regularization</a>
 */
public final class AdamW extends NativeOptimizer implements Optimizer {
  /**
   * Makes an optimiser.
   *
   * @param groups the tensors to train and their learning rates, at least one group
   * @param config the other settings, the same for all groups
   */
  public AdamW(List<ParameterGroup> groups, AdamWConfig config) {
    super(
        groups,
        (parameters, lr) -> new org.bytedeco.pytorch.AdamW(parameters, options(config, lr)));
  }

  private static AdamWOptions options(AdamWConfig config, double lr) {
    var options = new AdamWOptions(lr);
    // The pair is a std::tuple, which libstdc++ lays out last element first and libc++ does not.
    // Its default, (0.9, 0.999), tells.
    DoublePointer betas = options.betas();
    boolean inOrder = betas.get(0) < betas.get(1);
    betas.put(inOrder ? 0 : 1, config.beta1()).put(inOrder ? 1 : 0, config.beta2());
    options.eps().put(config.eps());
    options.weight_decay().put(config.weightDecay());
    return options;
  }
}
