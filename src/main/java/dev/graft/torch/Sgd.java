package dev.graft.torch;

import java.util.Collection;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;

/**
 * Stochastic gradient descent, libtorch's {@code optim::SGD}.
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html">torch.optim.SGD</a>
 */
public final class Sgd extends NativeOptimizer implements Optimizer {
  /**
   * Makes an optimiser of one group.
   *
   * @param parameters the tensors to train, at least one; those without a gradient are skipped by
   *     each step, as in PyTorch
   * @param config the settings
   */
  public Sgd(Collection<Tensor> parameters, SgdConfig config) {
    this(List.of(new ParameterGroup(List.copyOf(parameters), config.lr())), config);
  }

  /**
   * Makes an optimiser.
   *
   * @param groups the tensors to train and their learning rates, at least one group
   * @param config the other settings, the same for all groups
   */
  public Sgd(List<ParameterGroup> groups, SgdConfig config) {
    super(groups, (parameters, lr) -> new SGD(parameters, options(config, lr)));
  }

  private static SGDOptions options(SgdConfig config, double lr) {
    var options = new SGDOptions(lr);
    options.momentum().put(config.momentum());
    options.dampening().put(config.dampening());
    options.weight_decay().put(config.weightDecay());
    BoolPointer nesterov = options.nesterov();
    nesterov.put(config.nesterov());
    return options;
  }
}
