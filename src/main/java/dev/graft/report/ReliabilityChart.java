package dev.graft.report;

import dev.graft.report.Calibration.Bin;
import java.util.List;

/**
 * The reliability diagram of a {@link Calibration}: how often answers of some probability are
 * right, beside the diagonal on which they would lie if the probabilities were exact.
 */
record ReliabilityChart(Calibration calibration) {
  private static final double GAP = 0.004;

  void write(Markup page) {
    String title = "Reliability: how often answers of some probability are right";
    page.open("figure", "class", "chart").element("figcaption", title);
    String words =
        Shown.format(
            "Bars of %d bins of probability. Mean probability %s, expected calibration error %s.",
            Calibration.BINS,
            Shown.percent(calibration.confidence()),
            Shown.percent(calibration.ece()));
    var plot =
        new Plot(
            page, Axis.unit("probability of the answer"), Axis.unit("share right"), title, words);
    for (Bin bin : calibration.bins()) {
      if (bin.images() > 0) {
        bar(page, plot, bin);
      }
    }
    plot.line("diagonal", 0, 0, 1, 1);
    plot.close();
    page.close();
    counts(page);
  }

  /** The share of right answers as a bar, and the mean probability as a short line. */
  private static void bar(Markup page, Plot plot, Bin bin) {
    double left = plot.x(bin.from() + GAP);
    double right = plot.x(bin.to() - GAP);
    double top = plot.y(bin.accuracy());
    String words =
        Shown.format(
            "%s at a mean probability of %s: %s right",
            Shown.count(bin.images(), "answer", "answers"),
            Shown.percent(bin.confidence()),
            Shown.percent(bin.accuracy()));
    page.open(
        "rect",
        "class",
        "bar",
        "x",
        Plot.at(left),
        "y",
        Plot.at(top),
        "width",
        Plot.at(right - left),
        "height",
        Plot.at(Math.max(1, plot.y(0) - top)));
    page.element("title", words).close();
    plot.line("gap", bin.from() + GAP, bin.confidence(), bin.to() - GAP, bin.confidence());
  }

  /** The same as a table, for those who cannot see the bars. */
  private void counts(Markup page) {
    page.open("table", "class", "bins");
    page.heads(List.of("probability", "answers", "right", "mean probability"));
    for (Bin bin : calibration.bins()) {
      if (bin.images() > 0) {
        page.open("tr");
        page.element("td", Shown.format("%.3f–%.3f", bin.from(), bin.to()));
        page.element("td", Integer.toString(bin.images()));
        page.element("td", Shown.percent(bin.accuracy()));
        page.element("td", Shown.percent(bin.confidence())).close();
      }
    }
    page.close();
  }
}
