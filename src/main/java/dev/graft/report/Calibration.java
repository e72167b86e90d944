package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.util.ArrayList;
import java.util.List;

/**
 * How well the probability of an answer tells how often such answers are right.
 *
 * @param bins of equal width over the probabilities from 0 to 1
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al. 2017, On Calibration of Modern Neural
 *     Networks</a>
 */
record Calibration(List<Bin> bins) {
  /** The paper's number. */
  static final int BINS = 15;

  /**
   * The answers whose probability lies in (from, to].
   *
   * @param from exclusive
   * @param to inclusive
   * @param images how many answers
   * @param accuracy share of the right ones; 0 if there are none
   * @param confidence mean probability; 0 if there are none
   */
  record Bin(double from, double to, int images, double accuracy, double confidence) {}

  static Calibration of(Evaluation evaluation) {
    int[] images = new int[BINS];
    int[] right = new int[BINS];
    double[] sums = new double[BINS];
    for (Answer answer : evaluation.answers()) {
      int bin = (int) Math.ceil(answer.probability() * BINS) - 1;
      bin = Math.max(0, Math.min(bin, BINS - 1));
      images[bin]++;
      right[bin] += answer.correct() ? 1 : 0;
      sums[bin] += answer.probability();
    }
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      int n = Math.max(1, images[i]);
      double from = (double) i / BINS;
      double to = (i + 1.0) / BINS;
      bins.add(new Bin(from, to, images[i], (double) right[i] / n, sums[i] / n));
    }
    return new Calibration(List.copyOf(bins));
  }

  int images() {
    return bins.stream().mapToInt(Bin::images).sum();
  }

  /** The expected calibration error: the bins' gaps, weighted by their images; 0 to 1. */
  double ece() {
    double sum = 0;
    for (Bin bin : bins) {
      sum += bin.images() * Math.abs(bin.accuracy() - bin.confidence());
    }
    return images() == 0 ? 0 : sum / images();
  }

  /** The mean probability of the answers. */
  double confidence() {
    double sum = bins.stream().mapToDouble(bin -> bin.images() * bin.confidence()).sum();
    return images() == 0 ? 0 : sum / images();
  }
}
