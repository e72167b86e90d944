package dev.graft.report;

import dev.graft.torch.AtomicFile;
import dev.graft.torch.IoProblem;
import dev.graft.train.Evaluation;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.RecordedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Runs side by side on one page that needs nothing but itself.
 *
 * @param compared what to show
 */
public record ComparisonPage(ComparedRuns compared) {
  private static final int MOST_CLASSES = 50;

  /** Longer cells are broken into lines. */
  private static final int LONG = 40;

  /**
   * Writes the page, whole or not at all.
   *
   * @param file replaced if it is there
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public void write(Path file) {
    try {
      AtomicFile.writeString(file, html());
    } catch (IOException e) {
      throw IoProblem.cannotWrite(file, e);
    }
  }

  /**
   * Formats the page.
   *
   * @return HTML
   * @throws IOException never, unless graft's own files cannot be read
   */
  public String html() throws IOException {
    return HtmlPage.of("graft · comparison", false, this::body);
  }

  private void body(Markup page) {
    page.open("header").element("h1", "Comparison of " + compared.runs().size() + " runs").close();
    page.open("main").open("section", "id", "runs").element("h2", "Runs");
    table(
        page, ComparisonText.heads(), compared.runs().stream().map(ComparisonText::cells).toList());
    tests(page);
    page.close();
    curves(page);
    settings(page);
    recall(page);
    page.close();
  }

  private void tests(Markup page) {
    List<ComparedRuns.Test> tests = compared.tests();
    page.element("h3", "Is the difference more than chance?");
    if (tests.isEmpty()) {
      page.element(
          "p", "The runs did not answer the same validation images, so nothing is tested.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (ComparedRuns.Test test : tests) {
      McNemar result = test.result();
      rows.add(
          List.of(
              ComparedRuns.name(test.run()),
              Integer.toString(result.onlySecond()),
              Integer.toString(result.onlyFirst()),
              Shown.significant(result.pValue())));
    }
    table(page, List.of("run", "alone right", "alone wrong", "p"), rows);
    page.element(
        "p",
        "McNemar's exact test on the best epochs' answers to the same validation images, each run"
            + " against the first, "
            + ComparedRuns.name(compared.runs().get(0))
            + ": p is the probability of so uneven a split or a more uneven one if both were"
            + " equally good. It is not corrected for several comparisons, nor for the choice of the"
            + " best epoch on these very images.",
        "class",
        "note");
  }

  private void curves(Markup page) {
    page.open("section", "id", "curves").element("h2", "Curves").open("div", "class", "charts");
    chart(
        page,
        "Validation accuracy",
        Phase.VAL,
        PhaseResult::accuracy,
        values -> Axis.percentages(values, "accuracy"));
    chart(
        page,
        "Validation loss",
        Phase.VAL,
        PhaseResult::loss,
        values -> Axis.around(values, "mean cross-entropy"));
    chart(
        page,
        "Training loss",
        Phase.TRAIN,
        PhaseResult::loss,
        values -> Axis.around(values, "mean cross-entropy"));
    chart(
        page,
        "Learning rate",
        Phase.TRAIN,
        PhaseResult::lr,
        values -> Axis.rates(values, "learning rate"));
    page.close().close();
  }

  private void chart(
      Markup page,
      String title,
      Phase phase,
      ToDoubleFunction<PhaseResult> value,
      Function<List<Double>, Axis> axis) {
    List<String> names = compared.shortNames();
    List<Series> series = new ArrayList<>();
    for (RecordedRun run : compared.runs()) {
      int number = series.size();
      series.add(new Series(names.get(number), number, CurvesSection.points(run, phase, value)));
    }
    List<Double> values = series.stream().flatMap(line -> line.ys().stream()).toList();
    int last =
        compared.runs().stream()
            .flatMap(run -> run.results().stream())
            .mapToInt(PhaseResult::epoch)
            .max()
            .orElse(0);
    LineChart.of(title, Axis.epochs(last), axis.apply(values), series).write(page);
  }

  private void settings(Markup page) {
    page.open("section", "id", "settings").element("h2", "Settings that differ");
    Map<String, List<String>> differences = compared.differences();
    if (differences.isEmpty()) {
      page.element("p", "None.");
    } else {
      List<List<String>> rows = new ArrayList<>();
      differences.forEach((name, values) -> rows.add(row(name, values)));
      table(page, row("setting", compared.shortNames()), rows);
    }
    page.close();
  }

  private static List<String> row(String first, List<String> more) {
    List<String> row = new ArrayList<>(List.of(first));
    row.addAll(more);
    return row;
  }

  /** Recall of each class, where the runs have the same classes and all have answers. */
  private void recall(Markup page) {
    List<Evaluation> evaluations =
        compared.runs().stream().flatMap(run -> run.validation().stream()).toList();
    List<String> classes = compared.runs().get(0).classes();
    boolean same = compared.runs().stream().allMatch(run -> run.classes().equals(classes));
    if (!same || evaluations.size() < compared.runs().size()) {
      return;
    }
    List<ClassScores> scores = evaluations.stream().map(ClassScores::of).toList();
    page.open("section", "id", "recall").element("h2", "Recall of each class");
    if (classes.size() > MOST_CLASSES) {
      page.element(
          "p",
          "The %d of %d classes in which the runs differ most."
              .formatted(MOST_CLASSES, classes.size()),
          "class",
          "note");
    }
    List<List<String>> rows =
        IntStream.range(0, classes.size())
            .boxed()
            .sorted(Comparator.comparingDouble(label -> -spread(scores, label)))
            .limit(MOST_CLASSES)
            .map(label -> row(classes.get(label), recalls(scores, label)))
            .toList();
    table(page, row("class", compared.shortNames()), rows);
    page.close();
  }

  private static List<String> recalls(List<ClassScores> scores, int label) {
    return scores.stream().map(of -> Shown.decimals(of.classes().get(label).recall())).toList();
  }

  private static double spread(List<ClassScores> scores, int label) {
    var recalls = scores.stream().mapToDouble(of -> of.classes().get(label).recall());
    var statistics = recalls.summaryStatistics();
    return statistics.getMax() - statistics.getMin();
  }

  private static void table(Markup page, List<String> heads, List<List<String>> rows) {
    page.openTable(heads);
    for (List<String> row : rows) {
      page.open("tr").element("th", row.get(0), "scope", "row");
      row.subList(1, row.size())
          .forEach(cell -> page.element("td", cell, "class", cell.length() > LONG ? "long" : ""));
      page.close();
    }
    page.closeTable();
  }
}
