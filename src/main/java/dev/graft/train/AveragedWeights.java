package dev.graft.train;

import static java.util.Objects.requireNonNull;

import dev.graft.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An exponential moving average of a network's trained weights. The first update copies them, each
 * later one moves the average by {@code 1 - decay} of the way to them, as PyTorch's {@code
 * AveragedModel} does with {@code get_ema_multi_avg_fn(decay)}; buffers are the network's own.
 */
final class AveragedWeights implements AutoCloseable {
  private final Map<String, Tensor> weights;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private final double decay;
  private boolean begun;

  /** The average of these borrowed tensors. */
  AveragedWeights(Map<String, Tensor> weights, double decay) {
    this.weights = weights;
    this.decay = decay;
    try {
      weights.forEach((name, weight) -> averages.put(name, weight.copy()));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Takes in the weights after a step. */
  void update() {
    averages.forEach(
        (name, average) -> {
          Tensor weight = weight(name);
          if (begun) {
            average.lerpFrom(weight, 1 - decay);
          } else {
            average.copyFrom(weight);
          }
        });
    begun = true;
  }

  private Tensor weight(String name) {
    return requireNonNull(weights.get(name));
  }

  /** Puts the averages into the network until the result is closed. */
  Swap swapIn() {
    return new Swap();
  }

  /** The averages by name; borrowed. */
  Map<String, Tensor> tensors() {
    return averages;
  }

  /** Tells whether an update was taken in. */
  boolean begun() {
    return begun;
  }

  /** Takes over a state from a checkpoint, whose tensors are already in {@link #tensors}. */
  void begun(boolean value) {
    begun = value;
  }

  @Override
  public void close() {
    averages.values().forEach(Tensor::close);
  }

  /** While it is open, the network's weights are the averages. */
  final class Swap implements AutoCloseable {
    private final Map<String, Tensor> own = new LinkedHashMap<>();

    private Swap() {
      if (!begun) {
        return;
      }
      try {
        weights.forEach((name, weight) -> own.put(name, weight.copy()));
        averages.forEach((name, average) -> weight(name).copyFrom(average));
      } catch (Throwable e) {
        close();
        throw e;
      }
    }

    @Override
    public void close() {
      try {
        own.forEach((name, weight) -> weight(name).copyFrom(weight));
      } finally {
        own.values().forEach(Tensor::close);
        own.clear();
      }
    }
  }
}
