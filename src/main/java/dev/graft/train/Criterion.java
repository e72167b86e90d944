package dev.graft.train;

import dev.graft.model.Network;
import dev.graft.torch.Functional;
import dev.graft.torch.Tensor;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Computes what an {@link Objective} asks for; it owns the class weights' tensor. */
final class Criterion implements AutoCloseable {
  private final Objective objective;
  private final int classes;
  private final @Nullable Tensor weights;

  Criterion(TrainingConfig config, Network network) {
    objective = config.objective();
    classes = network.classCount();
    weights = objective.classWeights().isEmpty() ? null : weights(config);
  }

  /** Checks that there is a weight for each class, if there are any. */
  static void requireFits(Objective objective, int classes) {
    int count = objective.classWeights().size();
    if (count != 0 && count != classes) {
      throw new IllegalArgumentException(
          count + " class weights for " + classes + " classes. Give one for each class, in order.");
    }
  }

  private static Tensor weights(TrainingConfig config) {
    var list = config.objective().classWeights();
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    try (Tensor weights = Tensor.copyOf(values, values.length)) {
      return weights.to(config.device());
    }
  }

  /** The batch as the network sees it; it borrows the tensors where nothing is mixed. */
  Mixture mix(Tensor inputs, Tensor labels, SplittableRandom random) {
    return Mixture.of(objective, inputs, labels, classes, random);
  }

  /** The batch's mean loss, a scalar. */
  Tensor loss(Tensor logits, Tensor targets) {
    return Functional.crossEntropy(logits, targets, weights, objective.labelSmoothing());
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
  }
}
