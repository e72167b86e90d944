package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.torch.Tensor;

/** Adds up the loss and the correct answers of a phase, each batch weighted by its size. */
final class Meter {
  final int epoch;
  final Phase phase;
  private final long start = System.nanoTime();
  private double lossSum;
  private int correct;
  private int images;
  private double earlierSeconds;

  /** What has been counted; a checkpoint keeps it. */
  record Counts(double lossSum, int correct, int images, double seconds) {}

  Meter(int epoch, Phase phase) {
    this.epoch = epoch;
    this.phase = phase;
  }

  /** Goes on from what was counted before. */
  Meter(int epoch, Phase phase, Counts counts) {
    this(epoch, phase);
    lossSum = counts.lossSum();
    correct = counts.correct();
    images = counts.images();
    earlierSeconds = counts.seconds();
  }

  /**
   * Counts a batch.
   *
   * @param logits [N, classes]
   * @param loss its mean, a scalar
   * @throws RunStopped if the loss is not finite
   */
  void count(Batch batch, Tensor logits, Tensor loss) {
    double value = loss.item();
    if (!Double.isFinite(value)) {
      String firstFile = batch.samples().get(0).path().toString();
      throw RunStopped.notFinite(value, this, batch.index(), firstFile);
    }
    try (Tensor classes = logits.argmax(1)) {
      add(value, classes.toLongArray(), batch.labels().toLongArray());
    }
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

  /** Tells how far the phase is. */
  TrainingEvent.BatchFinished progress(int total) {
    return new TrainingEvent.BatchFinished(epoch, phase, images, total, lossSum / images);
  }

  Counts counts() {
    return new Counts(lossSum, correct, images, seconds());
  }

  PhaseResult result(double lr) {
    return new PhaseResult(
        epoch, phase, lossSum / images, (double) correct / images, lr, images, seconds());
  }

  private double seconds() {
    return earlierSeconds + (System.nanoTime() - start) / 1e9;
  }
}
