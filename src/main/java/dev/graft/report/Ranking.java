package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How well a score tells positive images from negative ones, at every threshold. Images of the same
 * score fall on the same side together.
 *
 * @param steps from the highest threshold to the lowest; the first accepts nothing
 */
record Ranking(List<Step> steps) {
  /**
   * What a threshold accepts.
   *
   * @param truePositives positive images
   * @param falsePositives negative images
   */
  record Step(int truePositives, int falsePositives) {}

  private record Scored(double score, boolean positive) {}

  /** Of two classes, ranks by the odds of the one; empty unless there are images of both. */
  static Optional<Ranking> of(Evaluation evaluation, int positive) {
    List<Scored> scored = new ArrayList<>();
    for (Answer answer : evaluation.answers()) {
      boolean is = answer.sample().label() == positive;
      double odds = logOdds(answer.loss());
      scored.add(new Scored(is ? odds : -odds, is));
    }
    return of(scored);
  }

  static Optional<Ranking> of(double[] scores, boolean[] positives) {
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      scored.add(new Scored(scores[i], positives[i]));
    }
    return of(scored);
  }

  private static Optional<Ranking> of(List<Scored> scored) {
    scored.sort(Comparator.comparingDouble(Scored::score).reversed());
    List<Step> steps = new ArrayList<>(List.of(new Step(0, 0)));
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < scored.size(); i++) {
      right += scored.get(i).positive() ? 1 : 0;
      wrong += scored.get(i).positive() ? 0 : 1;
      boolean tied = i + 1 < scored.size() && scored.get(i + 1).score() == scored.get(i).score();
      if (!tied) {
        steps.add(new Step(right, wrong));
      }
    }
    return right == 0 || wrong == 0
        ? Optional.empty()
        : Optional.of(new Ranking(List.copyOf(steps)));
  }

  /** log(p / (1 - p)) of p = exp(-loss), where p itself would round to 1. */
  static double logOdds(double loss) {
    return loss > 30 ? -loss : -Math.log(Math.expm1(Math.max(0, loss)));
  }

  private Step last() {
    return steps.get(steps.size() - 1);
  }

  /** The share of the positives that a step accepts: true positive rate, or recall. */
  double recall(Step step) {
    return (double) step.truePositives() / last().truePositives();
  }

  /** The share of the negatives that a step accepts. */
  double falsePositiveRate(Step step) {
    return (double) step.falsePositives() / last().falsePositives();
  }

  /** The share of positives among what a step accepts; 1 where it accepts nothing. */
  double precision(Step step) {
    int accepted = step.truePositives() + step.falsePositives();
    return accepted == 0 ? 1 : (double) step.truePositives() / accepted;
  }

  /** The area under the ROC curve by trapezoids: a positive ranks above a negative so often. */
  double rocAuc() {
    double area = 0;
    for (int i = 1; i < steps.size(); i++) {
      double width = falsePositiveRate(steps.get(i)) - falsePositiveRate(steps.get(i - 1));
      area += width * (recall(steps.get(i)) + recall(steps.get(i - 1))) / 2;
    }
    return area;
  }

  /**
   * The precisions, each weighted by the recall that it adds, as scikit-learn's <a
   * href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html">average_precision_score</a>
   * has it: without interpolation.
   */
  double averagePrecision() {
    double sum = 0;
    for (int i = 1; i < steps.size(); i++) {
      double added = recall(steps.get(i)) - recall(steps.get(i - 1));
      sum += added * precision(steps.get(i));
    }
    return sum;
  }
}
