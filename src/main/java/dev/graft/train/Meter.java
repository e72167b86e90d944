package dev.graft.train;

import dev.graft.torch.Tensor;

/** Adds up the loss and the correct answers of a phase, each batch weighted by its size. */
final class Meter {
  final int epoch;
  final Phase phase;
  private final long start = System.nanoTime();
  private double lossSum;
  private int correct;
  private int images;

  Meter(int epoch, Phase phase) {
    this.epoch = epoch;
    this.phase = phase;
  }

  /** Counts a batch; {@code loss} is its mean. */
  void add(double loss, long[] predicted, long[] labels) {
    lossSum += loss * labels.length;
    images += labels.length;
    for (int i = 0; i < labels.length; i++) {
      if (predicted[i] == labels[i]) {
        correct++;
      }
    }
  }

  /** The class of each row's largest logit. */
  static long[] argmax(Tensor logits) {
    try (Tensor classes = logits.argmax(1)) {
      return classes.toLongArray();
    }
  }

  int images() {
    return images;
  }

  double meanLoss() {
    return lossSum / images;
  }

  PhaseResult result(double lr) {
    double seconds = (System.nanoTime() - start) / 1e9;
    return new PhaseResult(
        epoch, phase, meanLoss(), (double) correct / images, lr, images, seconds);
  }
}
