package dev.graft.report;

import dev.graft.report.Series.Point;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Lines over an axis, with a legend below.
 *
 * @param title of the chart
 * @param xAxis horizontal
 * @param yAxis vertical
 * @param series drawn in this order
 * @param best where the best epoch is marked
 * @param diagonal whether the diagonal is drawn that chance would give
 */
record LineChart(
    String title,
    Axis xAxis,
    Axis yAxis,
    List<Series> series,
    OptionalDouble best,
    boolean diagonal) {
  /** More points than these are drawn without markers. */
  private static final int MOST_MARKERS = 40;

  /** More points than these would make the file large without being seen. */
  private static final int MOST_POINTS = 400;

  static LineChart of(String title, Axis xAxis, Axis yAxis, List<Series> series) {
    return new LineChart(title, xAxis, yAxis, series, OptionalDouble.empty(), false);
  }

  LineChart withBest(OptionalDouble epoch) {
    return new LineChart(title, xAxis, yAxis, series, epoch, diagonal);
  }

  LineChart withDiagonal() {
    return new LineChart(title, xAxis, yAxis, series, best, true);
  }

  void write(Markup page) {
    page.open("figure", "class", "chart").element("figcaption", title);
    String words = series.stream().map(Series::inWords).collect(Collectors.joining("; "));
    var plot = new Plot(page, xAxis, yAxis, title, words + ".");
    if (diagonal) {
      plot.line("diagonal", 0, 0, 1, 1);
    }
    best.ifPresent(epoch -> plot.mark(epoch, "best"));
    series.forEach(line -> draw(page, plot, line));
    plot.close();
    legend(page);
    page.close();
  }

  private static void draw(Markup page, Plot plot, Series line) {
    List<Point> points = thinned(line.points());
    var path = new StringBuilder();
    boolean pen = false;
    for (Point point : points) {
      if (point.finite()) {
        path.append(pen ? 'L' : 'M').append(Plot.at(plot.x(point.x())));
        path.append(' ').append(Plot.at(plot.y(point.y())));
      }
      pen = point.finite();
    }
    page.open("g", "class", line.kind());
    page.empty("path", "class", "line", "d", path.isEmpty() ? "M0 0" : path.toString());
    if (points.size() <= MOST_MARKERS) {
      points.stream().filter(Point::finite).forEach(point -> dot(page, plot, line, point));
    }
    page.close();
  }

  private static void dot(Markup page, Plot plot, Series line, Point point) {
    String mark = line.marker(plot.x(point.x()), plot.y(point.y()));
    String words =
        Shown.format(
            "%s, %s: %s", line.name(), Shown.significant(point.x()), Shown.significant(point.y()));
    page.open("path", "class", "dot", "d", mark).element("title", words).close();
  }

  /** Evenly chosen points, the last one among them. */
  private static List<Point> thinned(List<Point> points) {
    int each = (points.size() - 1) / MOST_POINTS + 1;
    return java.util.stream.IntStream.range(0, points.size())
        .filter(i -> i % each == 0 || i == points.size() - 1)
        .mapToObj(points::get)
        .toList();
  }

  private void legend(Markup page) {
    page.open("ul", "class", "legend");
    for (Series line : series) {
      page.open("li").open("svg", "viewBox", "0 0 28 12", "aria-hidden", "true");
      page.open("g", "class", line.kind()).empty("path", "class", "line", "d", "M0 6H28");
      page.empty("path", "class", "dot", "d", line.marker(14, 6)).close().close();
      page.text(line.name()).close();
    }
    page.close();
  }
}
