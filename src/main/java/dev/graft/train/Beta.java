package dev.graft.train;

import java.util.SplittableRandom;

/** Draws from the Beta distribution, as a ratio of two Gamma draws. */
final class Beta {
  private Beta() {}

  /** Beta(alpha, alpha). */
  static double symmetric(double alpha, SplittableRandom random) {
    double a = gamma(alpha, random);
    double b = gamma(alpha, random);
    return a + b > 0 ? a / (a + b) : random.nextInt(2);
  }

  /**
   * Gamma(shape, 1) by Marsaglia and Tsang's <a href="https://doi.org/10.1145/358407.358414">simple
   * method</a> (2000): a normal draw, transformed and now and then rejected; shapes below 1 are
   * drawn one higher and scaled (section 6).
   */
  private static double gamma(double shape, SplittableRandom random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double root = 1 + c * x;
      double v = root * root * root;
      double u = 1 - random.nextDouble();
      if (v > 0 && Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
