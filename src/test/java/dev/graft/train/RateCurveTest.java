package dev.graft.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateCurveTest {
  private static final RateRange RANGE = new RateRange(1e-7, 10, 100);

  /** A curve of a loss that depends on the decimal logarithm of the rate, and on chance. */
  private static RateCurve curve(DoubleUnaryOperator loss, double noise, long seed) {
    var random = new Random(seed);
    var curve = new RateCurve.Builder();
    for (int step = 0; step < RANGE.steps(); step++) {
      double rate = RANGE.rate(step);
      double value = loss.applyAsDouble(Math.log10(rate)) + noise * random.nextGaussian();
      if (curve.add(rate, value)) {
        return curve.build(RateCurve.End.DIVERGED);
      }
    }
    return curve.build(RateCurve.End.COMPLETED);
  }

  /** Falls from 0.7 to 0.2 around 1e-3, rises steeply from 0.1. */
  private static double typical(double log) {
    return 0.7 - 0.5 / (1 + Math.exp(-4 * (log + 3))) + Math.exp(4 * (log + 0.7));
  }

  @Test
  void theSuggestionLiesInTheFall() {
    RateCurve curve = curve(RateCurveTest::typical, 0, 0);

    var suggestion = requireNonNull(curve.suggestion());
    assertThat(Math.log10(suggestion.rate())).isBetween(-3.1, -2.2);
    assertThat(Math.log10(suggestion.lowest())).isBetween(-2.0, -0.9);
    assertThat(curve.end()).isEqualTo(RateCurve.End.DIVERGED);
    assertThat(curve.points()).hasSizeLessThan(RANGE.steps());
  }

  @Test
  void theSuggestionLiesInTheFall_withTheNoiseOfSmallBatchesToo() {
    for (int seed = 0; seed < 100; seed++) {
      var suggestion = curve(RateCurveTest::typical, 0.12, seed).suggestion();
      assertThat(suggestion).as("seed %d", seed).isNotNull();
      assertThat(Math.log10(suggestion.rate())).as("seed %d", seed).isBetween(-4.0, -1.2);
    }
  }

  @Test
  void noiseAloneSuggestsNothing() {
    int suggestions = 0;
    for (int seed = 0; seed < 200; seed++) {
      suggestions += curve(log -> 0.7, 0.12, seed).suggestion() == null ? 0 : 1;
    }
    assertThat(suggestions).isLessThan(20);
  }

  @Test
  void aLossThatOnlyRisesSuggestsNothing() {
    assertThat(curve(log -> 0.7 + Math.exp(log), 0.01, 1).suggestion()).isNull();
  }

  @Test
  void aFewPointsSuggestNothing() {
    var curve = new RateCurve.Builder();
    for (int i = 0; i < 8; i++) {
      curve.add(RANGE.rate(i), 1.0 / (i + 1));
    }
    assertThat(curve.build(RateCurve.End.NOT_FINITE).suggestion()).isNull();
    assertThat(new RateCurve.Builder().build(RateCurve.End.NOT_FINITE).suggestion()).isNull();
  }

  @Test
  void smoothedLossesAreWeightedMeans_withoutABiasToZero() {
    var curve = new RateCurve.Builder();
    curve.add(1, 2);
    curve.add(2, 4);
    var points = curve.build(RateCurve.End.COMPLETED).points();

    assertThat(points.get(0).smoothed()).isCloseTo(2, within(1e-12));
    assertThat(points.get(1).smoothed()).isCloseTo((0.9 * 2 + 4) / 1.9, within(1e-12));
  }

  @Test
  void ratesRiseByTheSameFactor_fromTheFirstToTheLast() {
    var range = new RateRange(1e-4, 1, 41);

    assertThat(range.rate(0)).isEqualTo(1e-4);
    assertThat(range.rate(10)).isCloseTo(1e-3, within(1e-12));
    assertThat(range.rate(40)).isCloseTo(1, within(1e-12));
  }

  @Test
  void smallBatchesTakeMoreSteps() {
    assertThat(RateRange.usual(4)).isEqualTo(new RateRange(1e-6, 10, 300));
    assertThat(RateRange.usual(7).steps()).isEqualTo(172);
    assertThat(RateRange.usual(64).steps()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "1, 1", "2, 1", "NaN, 1", "1, Infinity", "1e-3, NaN"})
  void wrongRatesAreRefused(double from, double to) {
    assertThatThrownBy(() -> new RateRange(from, to, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The rates go from " + from);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 19, 10_001})
  void wrongNumbersOfStepsAreRefused(int steps) {
    assertThatThrownBy(() -> new RateRange(1e-7, 10, steps)).hasMessageContaining("steps is");
  }
}
