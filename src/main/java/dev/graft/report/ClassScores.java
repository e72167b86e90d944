package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Precision, recall and F1 of each class, as scikit-learn's <a
 * href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_fscore_support.html">precision_recall_fscore_support</a>
 * computes them with {@code zero_division=0}.
 *
 * @param classes in the order of their indices
 */
record ClassScores(List<Row> classes) {
  /**
   * One class.
   *
   * @param name of the class
   * @param hits images of the class that are answered right
   * @param named answers that name the class
   * @param support images of the class
   */
  record Row(String name, int hits, int named, int support) {
    double precision() {
      return named == 0 ? 0 : (double) hits / named;
    }

    double recall() {
      return support == 0 ? 0 : (double) hits / support;
    }

    /** The harmonic mean of precision and recall. */
    double f1() {
      return named + support == 0 ? 0 : 2.0 * hits / (named + support);
    }
  }

  static ClassScores of(Evaluation evaluation) {
    int size = evaluation.classes().size();
    int[] hits = new int[size];
    int[] named = new int[size];
    int[] support = new int[size];
    for (Answer answer : evaluation.answers()) {
      named[answer.predicted()]++;
      support[answer.sample().label()]++;
      if (answer.correct()) {
        hits[answer.predicted()]++;
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      rows.add(new Row(evaluation.classes().get(i), hits[i], named[i], support[i]));
    }
    return new ClassScores(List.copyOf(rows));
  }

  /** The mean over the classes that occur, as a label or as an answer. */
  double macro(ToDoubleFunction<Row> score) {
    return classes.stream()
        .filter(row -> row.named() + row.support() > 0)
        .mapToDouble(score)
        .average()
        .orElse(0);
  }

  /** The mean over the classes, each weighted by its images. */
  double weighted(ToDoubleFunction<Row> score) {
    long images = classes.stream().mapToLong(Row::support).sum();
    double sum =
        classes.stream().mapToDouble(row -> score.applyAsDouble(row) * row.support()).sum();
    return images == 0 ? 0 : sum / images;
  }

  /** The classes with the smallest F1, of those that have images. */
  List<Row> worst(int count) {
    return classes.stream()
        .filter(row -> row.support() > 0)
        .sorted(Comparator.comparingDouble(Row::f1))
        .limit(count)
        .toList();
  }
}
