package dev.graft.formula;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Points of the attractor of affine maps, scaled to a square: each is sent on by a map that is
 * chosen at random, in proportion to its weight.
 */
final class Attractor {
  /** How many points fall before they are near the attractor. */
  private static final int WARM_UP = 20;

  private static final double FAR = 1e3;

  private final int side;
  private final int[] columns;
  private final int[] rows;
  private final int[] maps;

  private Attractor(int side, int[] columns, int[] rows, int[] maps) {
    this.side = side;
    this.columns = columns;
    this.rows = rows;
    this.maps = maps;
  }

  /**
   * Finds points.
   *
   * @param side of the square, in pixels
   * @return null if the points fly away or lie on a line along an axis
   */
  static @Nullable Attractor of(List<Affine> maps, int count, int side, SplittableRandom random) {
    double[] shares = shares(maps);
    double[] xs = new double[count];
    double[] ys = new double[count];
    int[] from = new int[count];
    double x = 0;
    double y = 0;
    for (int i = -WARM_UP; i < count; i++) {
      int chosen = choose(shares, random.nextDouble());
      double next = maps.get(chosen).x(x, y);
      y = maps.get(chosen).y(x, y);
      x = next;
      if (!(Math.abs(x) < FAR && Math.abs(y) < FAR)) {
        return null;
      }
      if (i >= 0) {
        xs[i] = x;
        ys[i] = y;
        from[i] = chosen;
      }
    }
    int[] columns = scaled(xs, side);
    int[] rows = scaled(ys, side);
    return columns == null || rows == null ? null : new Attractor(side, columns, rows, from);
  }

  /** Cumulative probabilities. */
  private static double[] shares(List<Affine> maps) {
    double total = maps.stream().mapToDouble(Affine::weight).sum();
    double[] shares = new double[maps.size()];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += maps.get(i).weight() / total;
      shares[i] = sum;
    }
    return shares;
  }

  private static int choose(double[] shares, double at) {
    int i = 0;
    while (i < shares.length - 1 && shares[i] < at) {
      i++;
    }
    return i;
  }

  /** From the smallest to the largest value, in steps of a grid. */
  private static int @Nullable [] scaled(double[] values, int side) {
    double least = Double.MAX_VALUE;
    double most = -Double.MAX_VALUE;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (most - least < 1e-6) {
      return null;
    }
    int[] steps = new int[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (int) ((values[i] - least) / (most - least) * (side - 1e-6));
    }
    return steps;
  }

  int points() {
    return columns.length;
  }

  /** The pixel that a point falls on: its row times the side, plus its column. */
  int pixel(int point) {
    return rows[point] * side + columns[point];
  }

  /** The map that a point came from. */
  int map(int point) {
    return maps[point];
  }

  /** The share of the square's pixels that points fall on. */
  double filled() {
    boolean[] taken = new boolean[side * side];
    int count = 0;
    for (int i = 0; i < points(); i++) {
      count += taken[pixel(i)] ? 0 : 1;
      taken[pixel(i)] = true;
    }
    return count / (double) taken.length;
  }
}
