package dev.graft.report;

import dev.graft.report.Series.Point;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.RecordedRun;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How the numbers went from epoch to epoch. */
record CurvesSection(RecordedRun run) {
  void write(Markup page) {
    page.open("section", "id", "curves").element("h2", "Curves");
    if (run.results().isEmpty()) {
      page.element("p", "No phase of an epoch is finished yet.").close();
      return;
    }
    page.open("div", "class", "charts");
    chart(page, "Loss", PhaseResult::loss, values -> Axis.around(values, "mean cross-entropy"));
    chart(page, "Accuracy", PhaseResult::accuracy, values -> Axis.percentages(values, "accuracy"));
    Series rate = series("learning rate", 2, Phase.TRAIN, PhaseResult::lr);
    draw(page, "Learning rate", List.of(rate), Axis.rates(rate.ys(), "learning rate"));
    chart(page, "Speed", CurvesSection::speed, values -> Axis.around(values, "images/s"));
    page.close();
    page.element(
        "p",
        "The training loss is the mean over the epoch, while weights change and with augmented"
            + " images; the validation loss is that of the epoch's end.",
        "class",
        "note");
    page.close();
  }

  private static double speed(PhaseResult result) {
    return result.seconds() > 0 ? result.images() / result.seconds() : Double.NaN;
  }

  private void chart(
      Markup page,
      String title,
      ToDoubleFunction<PhaseResult> value,
      Function<List<Double>, Axis> axis) {
    Series train = series("train", 0, Phase.TRAIN, value);
    Series val = series("val", 1, Phase.VAL, value);
    List<Double> values = Stream.concat(train.ys().stream(), val.ys().stream()).toList();
    draw(page, title, List.of(train, val), axis.apply(values));
  }

  private void draw(Markup page, String title, List<Series> series, Axis yAxis) {
    int last = run.results().get(run.results().size() - 1).epoch();
    OptionalDouble best =
        run.best().map(b -> OptionalDouble.of(b.epoch())).orElse(OptionalDouble.empty());
    LineChart.of(title, Axis.epochs(last), yAxis, series).withBest(best).write(page);
  }

  private Series series(String name, int style, Phase phase, ToDoubleFunction<PhaseResult> value) {
    return new Series(name, style, points(run, phase, value));
  }

  /** One number of each finished phase of a kind. */
  static List<Point> points(RecordedRun run, Phase phase, ToDoubleFunction<PhaseResult> value) {
    return run.results().stream()
        .filter(result -> result.phase() == phase)
        .map(result -> new Point(result.epoch(), value.applyAsDouble(result)))
        .toList();
  }
}
