package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The images that a run did worst on.
 *
 * @param losses those of the largest loss, the largest first
 * @param mistakes wrong answers of the largest probability, the largest first
 */
record HardImages(List<Answer> losses, List<Answer> mistakes) {
  private static final int MOST = 8;

  static HardImages of(Evaluation evaluation) {
    List<Answer> losses =
        evaluation.answers().stream()
            .sorted(Comparator.comparingDouble(Answer::loss).reversed())
            .limit(MOST)
            .toList();
    List<Answer> mistakes =
        evaluation.answers().stream()
            .filter(answer -> !answer.correct())
            .sorted(Comparator.comparingDouble(Answer::probability).reversed())
            .limit(MOST)
            .toList();
    return new HardImages(losses, mistakes);
  }

  /** Each of them once. */
  Set<Answer> all() {
    Set<Answer> all = new LinkedHashSet<>();
    Stream.concat(losses.stream(), mistakes.stream()).forEach(all::add);
    return all;
  }
}
