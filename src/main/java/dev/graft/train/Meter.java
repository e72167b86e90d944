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
  private int earlierImages;
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
    earlierImages = images;
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

  /** Tells how far the phase is, if the other ranks are as far with their shares. */
  TrainingEvent.BatchFinished progress(int total, Ranks ranks) {
    long now = (long) (images - earlierImages) * ranks.size();
    int done = (int) Math.min(earlierImages + now, total);
    return new TrainingEvent.BatchFinished(epoch, phase, done, total, lossSum / images);
  }

  /** What all ranks have counted together. */
  Counts counts(Ranks ranks) {
    double[] sums = ranks.sum(lossSum, correct, images);
    return new Counts(sums[0], (int) sums[1], (int) sums[2], seconds());
  }

  PhaseResult result(double lr, Counts all) {
    return new PhaseResult(
        epoch,
        phase,
        all.lossSum() / all.images(),
        (double) all.correct() / all.images(),
        lr,
        all.images(),
        all.seconds());
  }

  private double seconds() {
    return earlierSeconds + (System.nanoTime() - start) / 1e9;
  }
}
