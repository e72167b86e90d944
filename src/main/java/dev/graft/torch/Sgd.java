package dev.graft.torch;

import java.util.Collection;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * Stochastic gradient descent, libtorch's {@code optim::SGD}. It holds the parameters' momentum;
 * the parameters themselves stay their module's.
 */
public final class Sgd implements AutoCloseable {
  private final SGD raw;
  private boolean closed;

  /**
   * Makes an optimiser.
   *
   * @param parameters the tensors to train, at least one; those without a gradient are skipped by
   *     each step, as in PyTorch
   * @param config the settings
   */
  public Sgd(Collection<Tensor> parameters, SgdConfig config) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("The optimizer got an empty parameter list.");
    }
    raw =
        Native.call(
            () -> {
              var vector = new TensorVector();
              parameters.forEach(parameter -> vector.push_back(parameter.raw()));
              return Native.keep(new SGD(vector, options(config)));
            });
  }

  private static SGDOptions options(SgdConfig config) {
    var options = new SGDOptions(config.lr());
    options.momentum().put(config.momentum());
    options.dampening().put(config.dampening());
    options.weight_decay().put(config.weightDecay());
    BoolPointer nesterov = options.nesterov();
    nesterov.put(config.nesterov());
    return options;
  }

  private SGD raw() {
    if (closed) {
      throw new IllegalStateException("The optimizer is closed.");
    }
    return raw;
  }

  /** Forgets the gradients of all parameters (sets them to none). */
  public void zeroGrad() {
    Native.run(() -> raw().zero_grad());
  }

  /** Changes the parameters by one step along their gradients. */
  public void step() {
    Native.run(() -> raw().step());
  }

  /**
   * Returns the learning rate of the first parameter group.
   *
   * @return the rate the next step uses
   */
  public double lr() {
    return Native.call(() -> raw().param_groups().get(0).options().get_lr());
  }

  /**
   * Changes the learning rate of all parameter groups.
   *
   * @param lr finite and not negative
   */
  public void lr(double lr) {
    double checked = SgdConfig.of(lr).lr();
    Native.run(
        () -> {
          var groups = raw().param_groups();
          for (long i = 0; i < groups.size(); i++) {
            groups.get(i).options().set_lr(checked);
          }
        });
  }

  /** Frees the optimiser and its momentum. Harmless when done before. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      raw.close();
    }
  }
}
