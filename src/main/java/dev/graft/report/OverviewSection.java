package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.train.Evaluation;
import dev.graft.train.PhaseResult;
import dev.graft.train.RecordedRun;
import java.util.List;

/** The numbers that a reader wants first. */
record OverviewSection(RecordedRun run) {
  private static final int MOST_NAMES = 12;

  void write(Markup page) {
    page.open("section", "id", "overview").open("dl", "class", "tiles");
    run.best().ifPresent(best -> best(page, best));
    run.validation()
        .filter(evaluation -> !evaluation.answers().isEmpty())
        .ifPresent(
            evaluation -> {
              double f1 = ClassScores.of(evaluation).macro(ClassScores.Row::f1);
              tile(page, "Macro F1", Shown.decimals(f1), "mean over the classes");
              double ece = Calibration.of(evaluation).ece();
              tile(page, "Calibration error", Shown.percent(ece), "ECE, 15 bins");
            });
    run.test()
        .filter(evaluation -> !evaluation.answers().isEmpty())
        .ifPresent(
            test -> tile(page, "Test accuracy", Shown.percent(test.accuracy()), interval(test)));
    double seconds = run.results().stream().mapToDouble(PhaseResult::seconds).sum();
    tile(page, "Time", Shown.seconds(seconds), epochs());
    images(page);
    page.close();
    classes(page);
    page.close();
  }

  private void best(Markup page, PhaseResult best) {
    int right = (int) Math.round(best.accuracy() * best.images());
    tile(
        page,
        "Best validation accuracy",
        Shown.percent(best.accuracy()),
        "%d of %d images; 95 %% interval %s"
            .formatted(right, best.images(), Interval.wilson(right, best.images())));
    tile(page, "Its loss", Shown.decimals(best.loss()), "in epoch " + best.epoch());
  }

  private static String interval(Evaluation test) {
    Interval interval = Interval.wilson(test.correct(), test.answers().size());
    return "%d of %d images; 95 %% interval %s"
        .formatted(test.correct(), test.answers().size(), interval);
  }

  private String epochs() {
    long done = run.results().stream().filter(result -> isValidation(result)).count();
    return "%d of %s"
        .formatted(done, Shown.count(run.config().path("epochs").asInt(), "epoch", "epochs"));
  }

  private static boolean isValidation(PhaseResult result) {
    return result.phase() == dev.graft.train.Phase.VAL;
  }

  private void images(Markup page) {
    JsonNode config = run.config();
    int test = config.path("test-images").asInt();
    tile(
        page,
        "Images",
        Shown.format("%,d", config.path("train-images").asInt()),
        "for training, %d for validation%s"
            .formatted(
                config.path("val-images").asInt(), test == 0 ? "" : ", " + test + " for test"));
  }

  private void classes(Markup page) {
    List<String> classes = run.classes();
    String names = String.join(", ", classes.subList(0, Math.min(MOST_NAMES, classes.size())));
    page.element(
        "p",
        "%s: %s%s"
            .formatted(
                Shown.count(classes.size(), "class", "classes"),
                names,
                classes.size() > MOST_NAMES ? ", …" : ""),
        "class",
        "note");
  }

  private static void tile(Markup page, String name, String value, String more) {
    page.open("div").element("dt", name).open("dd").element("strong", value);
    page.element("span", more).close().close();
  }
}
