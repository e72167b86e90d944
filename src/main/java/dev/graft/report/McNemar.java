package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compares two classifiers on the same images by those that only one of them gets right.
 *
 * @param onlyFirst images that only the first gets right
 * @param onlySecond images that only the second gets right
 * @see <a href="https://doi.org/10.1007/BF02295996">McNemar 1947, Note on the sampling error of the
 *     difference between correlated proportions</a>
 * @see <a href="https://doi.org/10.1162/089976698300017197">Dietterich 1998, Approximate
 *     Statistical Tests for Comparing Supervised Classification Learning Algorithms</a>
 */
record McNemar(int onlyFirst, int onlySecond) {
  /** Pairs the answers by file; empty unless both have the same files with the same classes. */
  static Optional<McNemar> of(Evaluation first, Evaluation second) {
    if (first.answers().size() != second.answers().size()) {
      return Optional.empty();
    }
    Map<Path, Answer> answers = new HashMap<>();
    first.answers().forEach(answer -> answers.put(answer.sample().path(), answer));
    int onlyFirst = 0;
    int onlySecond = 0;
    for (Answer answer : second.answers()) {
      Answer other = answers.remove(answer.sample().path());
      if (other == null || !label(first, other).equals(label(second, answer))) {
        return Optional.empty();
      }
      onlyFirst += other.correct() && !answer.correct() ? 1 : 0;
      onlySecond += answer.correct() && !other.correct() ? 1 : 0;
    }
    return Optional.of(new McNemar(onlyFirst, onlySecond));
  }

  private static String label(Evaluation evaluation, Answer answer) {
    return evaluation.classes().get(answer.sample().label());
  }

  /**
   * The probability of so uneven a split, or a more uneven one, if both were equally good: the
   * exact two-sided binomial test.
   */
  double pValue() {
    int trials = onlyFirst + onlySecond;
    int fewer = Math.min(onlyFirst, onlySecond);
    double logProbability = -trials * Math.log(2); // of 0 successes
    double sum = 0;
    for (int k = 0; k <= fewer; k++) {
      sum += Math.exp(logProbability);
      logProbability += Math.log(trials - k) - Math.log(k + 1);
    }
    return Math.min(1, 2 * sum);
  }
}
