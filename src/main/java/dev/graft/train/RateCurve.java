package dev.graft.train;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the training loss went while the learning rate rose, and which rate that suggests.
 *
 * @param points one for each step that was taken, by rising rate
 * @param end why there are no more
 * @param suggestion a rate to train with, or null where the curve shows none
 */
public record RateCurve(List<Point> points, End end, @Nullable Suggestion suggestion) {
  /**
   * A step.
   *
   * @param rate the head's learning rate
   * @param loss of the step's images, before it was taken
   * @param smoothed the mean of the losses so far, each weighted the less the longer ago it was
   */
  public record Point(double rate, double loss, double smoothed) {}

  /** Why a search ended. */
  public enum End {
    /** All rates were tried. */
    COMPLETED,
    /** The smoothed loss had risen above four times its lowest. */
    DIVERGED,
    /** A loss was infinite or not a number. */
    NOT_FINITE;

    /**
     * The name in lower case, also in JSON.
     *
     * @return such as {@code not_finite}
     */
    @JsonValue
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Rates that stand out.
   *
   * @param rate where the smoothed loss falls most steeply: the suggestion
   * @param lowest where it is lowest, beyond which training becomes unstable
   */
  public record Suggestion(double rate, double lowest) {}

  /** Weight of what came before; the mean looks back about ten steps. */
  private static final double SMOOTHING = 0.9;

  /** The smoothed loss of a network that trains no more, as a multiple of its lowest. */
  private static final double DIVERGENCE = 4;

  /** A fall by less than so many standard deviations may be chance. */
  private static final double SIGNIFICANT = 3;

  /**
   * Copies the list.
   *
   * @param points one for each step that was taken
   * @param end why there are no more
   * @param suggestion a rate to train with, or null
   */
  public RateCurve {
    points = List.copyOf(points);
  }

  /** Collects losses, smooths them and sees when to stop. */
  static final class Builder {
    private final List<Point> points = new ArrayList<>();
    private double sum;
    private double weight;
    private double lowest = Double.POSITIVE_INFINITY;

    /** Adds a step; tells whether the loss has risen so far that more would show nothing. */
    boolean add(double rate, double loss) {
      sum = SMOOTHING * sum + (1 - SMOOTHING) * loss;
      weight = SMOOTHING * weight + (1 - SMOOTHING); // corrects the bias to 0 of the first means
      double smoothed = sum / weight;
      points.add(new Point(rate, loss, smoothed));
      lowest = Math.min(lowest, smoothed);
      return smoothed > DIVERGENCE * lowest;
    }

    RateCurve build(End end) {
      return new RateCurve(points, end, suggest(points));
    }
  }

  /**
   * The rate of the steepest fall up to the lowest point, by the slope of a line through the rates
   * up to three times lower and higher. The first tenth is left out: there the mean is of few
   * losses.
   */
  private static @Nullable Suggestion suggest(List<Point> points) {
    int tenth = points.size() / 10;
    if (tenth < 2) {
      return null;
    }
    int lowest = tenth;
    for (int i = tenth; i < points.size(); i++) {
      lowest = points.get(i).smoothed() < points.get(lowest).smoothed() ? i : lowest;
    }
    if (!fell(points.subList(0, tenth), points.get(lowest).smoothed())) {
      return null;
    }
    int around = halfDecade(points);
    int steepest = tenth;
    double slope = 0;
    for (int i = Math.max(tenth, around); i <= Math.min(lowest, points.size() - 1 - around); i++) {
      double here = slope(points.subList(i - around, i + around + 1));
      if (here < slope) {
        slope = here;
        steepest = i;
      }
    }
    return slope < 0
        ? new Suggestion(points.get(steepest).rate(), points.get(lowest).rate())
        : null;
  }

  /** Steps in which the rate rises threefold; fewer, if the curve is short. */
  private static int halfDecade(List<Point> points) {
    int last = points.size() - 1;
    double decades = Math.log10(points.get(last).rate() / points.get(0).rate());
    return (int) Math.max(1, Math.min(last / (2 * decades), last / 4.0));
  }

  /**
   * Whether the lowest mean is so far below the first losses that it can hardly be chance. Their
   * own spread tells what chance is: at the smallest rates nothing is learned.
   */
  private static boolean fell(List<Point> first, double lowest) {
    double mean = first.stream().mapToDouble(Point::loss).average().orElseThrow();
    double squares = first.stream().mapToDouble(p -> (p.loss() - mean) * (p.loss() - mean)).sum();
    double variance = squares / (first.size() - 1);
    double ofMean = variance / first.size();
    double ofSmoothed = variance * (1 - SMOOTHING) / (1 + SMOOTHING);
    return mean - lowest > SIGNIFICANT * Math.sqrt(ofMean + ofSmoothed) && lowest < 0.99 * mean;
  }

  /** By least squares, a step. */
  private static double slope(List<Point> points) {
    double middle = (points.size() - 1) / 2.0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < points.size(); i++) {
      sum += (i - middle) * points.get(i).smoothed();
      squares += (i - middle) * (i - middle);
    }
    return sum / squares;
  }
}
