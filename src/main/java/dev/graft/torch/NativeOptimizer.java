package dev.graft.torch;

import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.TensorVector;

/** What {@link Sgd} and {@link AdamW} share: the owned libtorch optimiser and its groups. */
abstract sealed class NativeOptimizer implements Optimizer permits Sgd, AdamW {
  private final List<ParameterGroup> parameterGroups;
  private org.bytedeco.pytorch.Optimizer raw;
  private boolean closed;

  /** Makes libtorch's optimiser of the first group's parameters. */
  interface Maker {
    org.bytedeco.pytorch.Optimizer make(TensorVector parameters, double lr);
  }

  private final Maker maker;

  NativeOptimizer(List<ParameterGroup> groups, Maker maker) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("The optimizer got an empty parameter list.");
    }
    this.parameterGroups = List.copyOf(groups);
    this.maker = maker;
    this.raw = make();
  }

  /**
   * A further group gets a copy of the first one's options and then its own rate; passing options
   * would hand their memory to libtorch.
   */
  private org.bytedeco.pytorch.Optimizer make() {
    return Native.call(
        () -> {
          ParameterGroup first = parameterGroups.get(0);
          var optimizer = maker.make(vector(first), first.lr());
          for (ParameterGroup group : parameterGroups.subList(1, parameterGroups.size())) {
            optimizer.add_param_group(new OptimizerParamGroup(vector(group)));
            optimizer
                .param_groups()
                .get(optimizer.param_groups().size() - 1)
                .options()
                .set_lr(group.lr());
          }
          return Native.keep(optimizer);
        });
  }

  private static TensorVector vector(ParameterGroup group) {
    var vector = new TensorVector();
    group.parameters().forEach(parameter -> vector.push_back(parameter.raw()));
    return vector;
  }

  private org.bytedeco.pytorch.Optimizer raw() {
    if (closed) {
      throw new IllegalStateException("The optimizer is closed.");
    }
    return raw;
  }

  @Override
  public void zeroGrad() {
    Native.run(() -> raw().zero_grad());
  }

  @Override
  public void step() {
    Native.run(() -> raw().step());
  }

  @Override
  public int groups() {
    return parameterGroups.size();
  }

  @Override
  public double lr(int group) {
    Objects.checkIndex(group, groups());
    return Native.call(() -> raw().param_groups().get(group).options().get_lr());
  }

  @Override
  public void lr(int group, double lr) {
    Objects.checkIndex(group, groups());
    Ranges.notNegative("learning rate", lr);
    Native.run(() -> raw().param_groups().get(group).options().set_lr(lr));
  }

  @Override
  public Tensor state() {
    return OptimizerState.save(raw(), getClass().getSimpleName(), parameterGroups);
  }

  @Override
  public void loadState(Tensor state) {
    raw();
    long archive = OptimizerState.open(state, getClass().getSimpleName(), parameterGroups);
    var loaded = make(); // a new one: libtorch keeps what an old one remembers and a state lacks
    try {
      OptimizerState.load(loaded, state, archive);
    } catch (TorchException e) {
      loaded.close();
      throw OptimizerState.damaged("libtorch cannot read it: " + e.getMessage(), e);
    } catch (Throwable e) {
      loaded.close();
      throw e;
    }
    raw.close();
    raw = loaded;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      raw.close();
    }
  }
}
