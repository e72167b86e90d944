package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private final Noise noise = new Noise(3);
  private final SplittableRandom random = new SplittableRandom(1);

  private double anywhere() {
    return random.nextDouble(-1000, 1000);
  }

  @Test
  void valuesAreFromMinusOneToOne_aroundZero_andSpread() {
    double[] values =
        DoubleStream.generate(() -> noise.at(anywhere(), anywhere())).limit(10_000).toArray();
    assertThat(DoubleStream.of(values)).allMatch(value -> value >= -1 && value <= 1);
    double mean = DoubleStream.of(values).average().orElseThrow();
    double square = DoubleStream.of(values).map(value -> value * value).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.02));
    assertThat(Math.sqrt(square)).isBetween(0.3, 0.5);
  }

  @Test
  void isSmooth() {
    for (int i = 0; i < 1000; i++) {
      double x = anywhere();
      double y = anywhere();
      assertThat(noise.at(x + 1e-6, y + 1e-6)).isCloseTo(noise.at(x, y), within(1e-5));
      assertThat(noise.cells(x + 1e-6, y)).isCloseTo(noise.cells(x, y), within(1e-5));
    }
  }

  @Test
  void cellsAreDistancesToPointsThatLieOneInEachCell() {
    for (int i = 0; i < 1000; i++) {
      assertThat(noise.cells(anywhere(), anywhere())).isBetween(0.0, 1.5);
    }
  }

  @Test
  void theSeedDecidesTheFunction() {
    assertThat(noise.at(0.3, 0.7)).isEqualTo(new Noise(3).at(0.3, 0.7));
    assertThat(noise.at(0.3, 0.7)).isNotEqualTo(new Noise(4).at(0.3, 0.7));
  }
}
