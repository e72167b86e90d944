package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BetaTest {
  private static final int DRAWS = 200_000;

  /** Beta(a, a) has mean 1/2, variance 1/(4(2a+1)) and kurtosis 3 - 6/(2a+3). */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.5, 1, 2, 8})
  void hasTheMomentsOfTheDistribution(double alpha) {
    var random = new SplittableRandom(3);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (int i = 0; i < DRAWS; i++) {
      double x = Beta.symmetric(alpha, random) - 0.5;
      assertThat(x).isBetween(-0.5, 0.5);
      sum += x;
      squares += x * x;
      fourths += x * x * x * x;
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    double fourth = (3 - 6 / (2 * alpha + 3)) * variance * variance;
    // Five standard errors of each mean.
    assertThat(sum / DRAWS).isCloseTo(0, within(5 * Math.sqrt(variance / DRAWS)));
    double spread = Math.sqrt((fourth - variance * variance) / DRAWS);
    assertThat(squares / DRAWS).isCloseTo(variance, within(5 * spread));
    assertThat(fourths / DRAWS)
        .isCloseTo(fourth, within(0.02 * fourth + 5 * 0.0625 / Math.sqrt(DRAWS) * 0.2));
  }
}
