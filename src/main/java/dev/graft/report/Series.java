package dev.graft.report;

import java.util.List;
import java.util.Optional;

/**
 * Points that belong together on a chart.
 *
 * @param name for the legend
 * @param style chooses colour, dashes and marker; the same number looks the same on every chart
 * @param points from left to right; those that are not finite leave a gap
 */
record Series(String name, int style, List<Point> points) {
  private static final int STYLES = 6;

  /** One point. */
  record Point(double x, double y) {
    boolean finite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  Series {
    points = List.copyOf(points);
  }

  /** The style sheet's classes. */
  String kind() {
    return "s" + style % STYLES;
  }

  List<Double> ys() {
    return points.stream().map(Point::y).toList();
  }

  /** What a reader would see, as a sentence without its end. */
  String inWords() {
    List<Point> finite = points.stream().filter(Point::finite).toList();
    if (finite.isEmpty()) {
      return name + ": no numbers";
    }
    Point first = finite.get(0);
    Optional<Double> low = finite.stream().map(Point::y).min(Double::compare);
    Optional<Double> high = finite.stream().map(Point::y).max(Double::compare);
    return Shown.format(
        "%s: from %s to %s, lowest %s, highest %s",
        name,
        Shown.significant(first.y()),
        Shown.significant(finite.get(finite.size() - 1).y()),
        Shown.significant(low.orElse(Double.NaN)),
        Shown.significant(high.orElse(Double.NaN)));
  }

  /** A marker around a place: its form differs where colours cannot be told apart. */
  String marker(double x, double y) {
    return switch (style % 4) {
      case 1 -> "M%s %sh6v6h-6z".formatted(Plot.at(x - 3), Plot.at(y - 3));
      case 2 -> "M%s %sl4 4l-4 4l-4 -4z".formatted(Plot.at(x), Plot.at(y - 4));
      case 3 -> "M%s %sl4 7h-8z".formatted(Plot.at(x), Plot.at(y - 4.5));
      default ->
          "M%s %sa3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0z"
              .formatted(Plot.at(x - 3.2), Plot.at(y));
    };
  }
}
