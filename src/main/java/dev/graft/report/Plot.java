package dev.graft.report;

/** The frame of a plot as SVG: its axes, grid and names. What is in it is drawn by others. */
final class Plot {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 278;
  private static final int LEFT = 68;
  private static final int RIGHT = 14;
  private static final int TOP = 20;
  private static final int BOTTOM = 44;

  private final Markup page;
  private final Axis xAxis;
  private final Axis yAxis;

  /**
   * Begins a plot.
   *
   * @param title names it
   * @param description says what a reader would see
   */
  Plot(Markup page, Axis xAxis, Axis yAxis, String title, String description) {
    this.page = page;
    this.xAxis = xAxis;
    this.yAxis = yAxis;
    String id = page.newId();
    page.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "aria-labelledby",
        id + "t " + id + "d");
    page.element("title", title, "id", id + "t").element("desc", description, "id", id + "d");
    grid();
    names();
  }

  private void grid() {
    page.open("g", "class", "grid");
    for (double tick : yAxis.ticks()) {
      line(LEFT, y(tick), WIDTH - RIGHT, y(tick));
      text(LEFT - 6, y(tick) + 4, "end", yAxis.format().apply(tick));
    }
    for (double tick : xAxis.ticks()) {
      line(x(tick), TOP, x(tick), HEIGHT - BOTTOM);
      text(x(tick), HEIGHT - BOTTOM + 16, "middle", xAxis.format().apply(tick));
    }
    page.close();
  }

  private void names() {
    page.open("g", "class", "names");
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", xAxis.name());
    page.open(
        "text",
        "transform",
        "translate(12 " + (TOP + HEIGHT - BOTTOM) / 2 + ") rotate(-90)",
        "text-anchor",
        "middle");
    page.text(yAxis.name()).close().close();
  }

  /** Where a value lies, from the left. */
  double x(double value) {
    return LEFT + xAxis.share(value) * (WIDTH - LEFT - RIGHT);
  }

  /** Where a value lies, from the top. */
  double y(double value) {
    return HEIGHT - BOTTOM - yAxis.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  /** Draws a line between values; outside of the grid it needs a class. */
  void line(String kind, double x1, double y1, double x2, double y2) {
    page.empty(
        "line", "class", kind, "x1", at(x(x1)), "y1", at(y(y1)), "x2", at(x(x2)), "y2", at(y(y2)));
  }

  private void line(double x1, double y1, double x2, double y2) {
    page.empty("line", "x1", at(x1), "y1", at(y1), "x2", at(x2), "y2", at(y2));
  }

  /** Draws a vertical line over the whole height, with a word above it. */
  void mark(double value, String word) {
    line("mark", value, yAxis.from(), value, yAxis.to());
    page.open("g", "class", "names");
    text(x(value), TOP - 6, "middle", word);
    page.close();
  }

  private void text(double x, double y, String anchor, String words) {
    page.element("text", words, "x", at(x), "y", at(y), "text-anchor", anchor);
  }

  /** Ends the plot. */
  void close() {
    page.close();
  }

  /** A coordinate with a tenth of a pixel. */
  static String at(double coordinate) {
    return Shown.format("%.1f", coordinate);
  }
}
