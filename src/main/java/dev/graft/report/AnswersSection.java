package dev.graft.report;

import dev.graft.report.Series.Point;
import dev.graft.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the best epoch answers: confusion, classes, calibration and, for two classes, thresholds.
 *
 * @param id of the section
 * @param title such as "Validation"
 */
record AnswersSection(String id, String title, Evaluation evaluation) {
  private static final int MOST_CLASSES = 50;
  private static final int WORST = 25;

  void write(Markup page) {
    page.open("section", "id", id).element("h2", title);
    if (evaluation.answers().isEmpty()) {
      page.element("p", "There is no answer.").close();
      return;
    }
    page.open("div", "class", "columns").open("div");
    new ConfusionTable(evaluation).write(page);
    page.close().open("div");
    classes(page);
    page.close().close();
    Calibration calibration = Calibration.of(evaluation);
    page.element("h3", "Calibration");
    page.element("p", inWords(calibration), "class", "note");
    page.open("div", "class", "charts");
    new ReliabilityChart(calibration).write(page);
    if (evaluation.classes().size() == 2) {
      rankings(page);
    }
    page.close().close();
  }

  private String inWords(Calibration calibration) {
    double gap = calibration.confidence() - evaluation.accuracy();
    return Shown.format(
        "Expected calibration error %s (%d bins of equal width; Guo et al. 2017,"
            + " arXiv:1706.04599). The answers are given with a mean probability of %s and are"
            + " right in %s: the model is %s on average. Bars are the shares of right answers, short"
            + " lines the mean probabilities; on the dotted diagonal they would agree.",
        Shown.percent(calibration.ece()),
        Calibration.BINS,
        Shown.percent(calibration.confidence()),
        Shown.percent(evaluation.accuracy()),
        gap > 0 ? "too sure" : "not sure enough");
  }

  private void classes(Markup page) {
    ClassScores scores = ClassScores.of(evaluation);
    boolean all = scores.classes().size() <= MOST_CLASSES;
    page.element("h3", "Classes");
    if (!all) {
      page.element(
          "p",
          "The %d of %d classes with the lowest F1.".formatted(WORST, scores.classes().size()),
          "class",
          "note");
    }
    page.openTable(List.of("class", "precision", "recall", "F1", "support"));
    for (ClassScores.Row row : all ? scores.classes() : scores.worst(WORST)) {
      row(page, row.name(), score -> score.applyAsDouble(row), row.support());
    }
    int images = evaluation.answers().size();
    row(page, "macro average", scores::macro, images);
    row(page, "weighted average", scores::weighted, images);
    page.closeTable();
  }

  /** Takes a score of a class, or of all, for each column. */
  private static void row(
      Markup page,
      String name,
      ToDoubleFunction<ToDoubleFunction<ClassScores.Row>> value,
      int support) {
    page.open("tr").element("th", name, "scope", "row");
    page.element("td", Shown.decimals(value.applyAsDouble(ClassScores.Row::precision)));
    page.element("td", Shown.decimals(value.applyAsDouble(ClassScores.Row::recall)));
    page.element("td", Shown.decimals(value.applyAsDouble(ClassScores.Row::f1)));
    page.element("td", Integer.toString(support)).close();
  }

  private void rankings(Markup page) {
    List<Series> roc = new ArrayList<>();
    List<Series> precision = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      String name = evaluation.classes().get(label);
      int style = label;
      Ranking.of(evaluation, label)
          .ifPresent(
              ranking -> {
                if (style == 1) { // the other class's curve is its mirror image
                  roc.add(
                      new Series(
                          name + Shown.format(", AUC %.4f", ranking.rocAuc()),
                          style,
                          points(ranking, ranking::falsePositiveRate, ranking::recall)));
                }
                precision.add(
                    new Series(
                        name + Shown.format(", AP %.4f", ranking.averagePrecision()),
                        style,
                        points(ranking, ranking::recall, ranking::precision)));
              });
    }
    if (!roc.isEmpty()) {
      Axis fpr = Axis.unit("false positive rate");
      LineChart.of("ROC curve", fpr, Axis.unit("true positive rate"), roc)
          .withDiagonal()
          .write(page);
      LineChart.of("Precision and recall", Axis.unit("recall"), Axis.unit("precision"), precision)
          .write(page);
    }
  }

  private static List<Point> points(
      Ranking ranking, ToDoubleFunction<Ranking.Step> x, ToDoubleFunction<Ranking.Step> y) {
    return ranking.steps().stream()
        .map(step -> new Point(x.applyAsDouble(step), y.applyAsDouble(step)))
        .toList();
  }
}
