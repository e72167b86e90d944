package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import dev.graft.train.RecordedRun;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
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
  /**
   * Pairs two runs' answers. The same data may have been given by another path, relative or
   * absolute; then the names below the folder decide. Other data may have some images in common.
   */
  static Optional<McNemar> of(RecordedRun first, RecordedRun second) {
    String digest = first.config().path("data-digest").asText();
    boolean sameData =
        !digest.isEmpty() && digest.equals(second.config().path("data-digest").asText());
    return first
        .validation()
        .flatMap(one -> second.validation().flatMap(other -> of(one, other, sameData)));
  }

  /** Pairs the answers by file; empty unless both have the same files with the same classes. */
  static Optional<McNemar> of(Evaluation first, Evaluation second) {
    return of(first, second, false);
  }

  private static Optional<McNemar> of(Evaluation first, Evaluation second, boolean sameData) {
    if (first.answers().size() != second.answers().size()) {
      return Optional.empty();
    }
    List<Path> firstFiles = files(first, sameData);
    List<Path> secondFiles = files(second, sameData);
    Map<Path, Answer> answers = new HashMap<>();
    for (int i = 0; i < firstFiles.size(); i++) {
      answers.put(firstFiles.get(i), first.answers().get(i));
    }
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < secondFiles.size(); i++) {
      Answer answer = second.answers().get(i);
      Answer other = answers.remove(secondFiles.get(i));
      if (other == null || !label(first, other).equals(label(second, answer))) {
        return Optional.empty();
      }
      onlyFirst += other.correct() && !answer.correct() ? 1 : 0;
      onlySecond += answer.correct() && !other.correct() ? 1 : 0;
    }
    return Optional.of(new McNemar(onlyFirst, onlySecond));
  }

  private static List<Path> files(Evaluation evaluation, boolean sameData) {
    List<Path> files = evaluation.answers().stream().map(answer -> answer.sample().path()).toList();
    return sameData ? SharedFolder.leftOut(files) : files;
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
