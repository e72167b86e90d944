package dev.graft.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void eachIsTheValueOfItsRank() {
    var hundred = Percentiles.of(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());

    assertThat(hundred.at(50)).isEqualTo(50);
    assertThat(hundred.at(99)).isEqualTo(99);
    assertThat(hundred.at(99.1)).isEqualTo(100);
    assertThat(hundred.at(100)).isEqualTo(100);
  }

  @Test
  void fewValuesInAnyOrder() {
    var five = Percentiles.of(50, 15, 40, 20, 35);

    assertThat(five.at(5)).isEqualTo(15);
    assertThat(five.at(40)).isEqualTo(20);
    assertThat(five.at(41)).isEqualTo(35);
    assertThat(five.at(99)).isEqualTo(50);
  }

  @Test
  void withoutValuesThereIsNone() {
    assertThat(Percentiles.of().at(50)).isNaN();
    assertThatThrownBy(() -> Percentiles.of(1).at(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
