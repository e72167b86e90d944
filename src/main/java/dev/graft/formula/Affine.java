package dev.graft.formula;

import java.util.SplittableRandom;

/** The map of the plane that sends (x, y) to (a x + b y + e, c x + d y + f). */
record Affine(double a, double b, double c, double d, double e, double f) {
  /** Coefficients uniform from -1 to 1. */
  static Affine random(SplittableRandom random) {
    double[] values = random.doubles(6, -1, 1).toArray();
    return new Affine(values[0], values[1], values[2], values[3], values[4], values[5]);
  }

  /** Coefficients that are larger or smaller by a share of up to {@code variation} each. */
  Affine varied(double variation, SplittableRandom random) {
    double[] factors = random.doubles(6, 1 - variation, 1 + variation).toArray();
    return new Affine(
        a * factors[0],
        b * factors[1],
        c * factors[2],
        d * factors[3],
        e * factors[4],
        f * factors[5]);
  }

  double x(double x, double y) {
    return a * x + b * y + e;
  }

  double y(double x, double y) {
    return c * x + d * y + f;
  }

  /** How much area it leaves; a little of those that leave none, or they would never be chosen. */
  double weight() {
    return Math.abs(a * d - b * c) + 0.01;
  }
}
