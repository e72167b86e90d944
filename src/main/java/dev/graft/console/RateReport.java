package dev.graft.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.train.RateCurve;
import dev.graft.train.RateCurve.Point;
import dev.graft.train.RateCurve.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A search for a learning rate as a drawing for people or JSON for programs.
 *
 * @param curve what to show
 * @param backboneRatio the backbone's rate as a multiple of the head's; 1 if it has none of its own
 */
public record RateReport(RateCurve curve, double backboneRatio) {
  private static final int COLUMNS = 64;
  private static final int ROWS = 14;

  /** How far above the beginning a rising loss is drawn, as a multiple of the fall. */
  private static final double HEADROOM = 0.5;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Draws the smoothed loss over the logarithm of the rate, and says which rate it suggests and
   * why.
   *
   * @return lines without a final line end
   */
  public String text() {
    List<String> lines = new ArrayList<>();
    if (curve.points().size() > 1) {
      draw(lines);
    }
    lines.add(ending());
    Suggestion suggestion = curve.suggestion();
    if (suggestion == null) {
      lines.add(
          "No suggestion: the loss did not fall by more than chance. Take more --steps or a larger"
              + " --batch-size; if that does not help, check the labels, and what is frozen.");
    } else {
      lines.add("Suggestion: " + options(suggestion));
      lines.add(
          format(
              "There (|) the smoothed loss falls most steeply. It is lowest at %.1e, beyond which training becomes unstable; a tenth of that, %.1e, is another common choice.",
              suggestion.lowest(), suggestion.lowest() / 10));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private String options(Suggestion suggestion) {
    String head = format("--lr %.1e", suggestion.rate());
    return backboneRatio == 1
        ? head
        : head + format(" --backbone-lr %.1e", suggestion.rate() * backboneRatio);
  }

  private String ending() {
    int steps = curve.points().size();
    return switch (curve.end()) {
      case COMPLETED -> format("All %d rates were tried.", steps);
      case DIVERGED -> format("The loss rose above four times its lowest at step %d.", steps);
      case NOT_FINITE -> format("The loss was no finite number any more at step %d.", steps + 1);
    };
  }

  private void draw(List<String> lines) {
    List<Point> points = curve.points();
    double lowest = points.stream().mapToDouble(Point::smoothed).min().orElseThrow();
    double first = points.get(points.size() / 10).smoothed();
    double top = Math.max(first + HEADROOM * (first - lowest), lowest * 1.01 + 1e-9);
    char[][] picture = new char[ROWS][COLUMNS];
    for (char[] row : picture) {
      Arrays.fill(row, ' ');
    }
    Suggestion suggestion = curve.suggestion();
    if (suggestion != null) {
      for (char[] row : picture) {
        row[column(suggestion.rate())] = '|';
      }
    }
    for (Point point : points) {
      double share = (top - point.smoothed()) / (top - lowest);
      int row = (int) Math.round(Math.max(0, share) * (ROWS - 1));
      picture[row][column(point.rate())] = '*';
    }
    for (int row = 0; row < ROWS; row++) {
      double loss = top - (top - lowest) * row / (ROWS - 1);
      boolean labelled = row == 0 || row == ROWS - 1;
      String label = labelled ? format("%8.4f", loss) : " ".repeat(8);
      lines.add((label + "  " + new String(picture[row])).stripTrailing());
    }
    lines.add(axis());
  }

  /** The rates of the first and the last step, below their columns. */
  private String axis() {
    List<Point> points = curve.points();
    String first = format("%.0e", points.get(0).rate());
    String last = format("%.0e", points.get(points.size() - 1).rate());
    int gap = COLUMNS - first.length() - last.length();
    return " ".repeat(10) + first + " ".repeat(gap) + last + " learning rate";
  }

  private int column(double rate) {
    List<Point> points = curve.points();
    double from = Math.log(points.get(0).rate());
    double to = Math.log(points.get(points.size() - 1).rate());
    return (int) Math.round((Math.log(rate) - from) / (to - from) * (COLUMNS - 1));
  }

  /**
   * Formats everything: {@code suggestion} with {@code rate} and {@code lowest}, or null; why the
   * search ended; and each step's rate, loss and smoothed loss.
   *
   * @return an indented JSON object
   * @throws JsonProcessingException never, for a curve
   */
  public String json() throws JsonProcessingException {
    return JSON.writeValueAsString(curve);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
