package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> ticks(Axis axis) {
    return axis.ticks().stream().map(tick -> axis.format().apply(tick)).toList();
  }

  @Test
  void ticksAreRoundNumbersAroundTheValues() {
    assertThat(ticks(Axis.around(List.of(0.13, 0.58), "loss")))
        .containsExactly("0.1", "0.2", "0.3", "0.4", "0.5", "0.6");
    assertThat(ticks(Axis.around(List.of(1200.0, 3400.0), "images/s")))
        .containsExactly("1000", "1500", "2000", "2500", "3000", "3500");
  }

  @Test
  void percentagesStayWithinTheirRange() {
    Axis axis = Axis.percentages(List.of(0.97, 1.0), "accuracy");
    assertThat(axis.to()).isEqualTo(1);
    assertThat(ticks(axis)).contains("97 %", "100 %");
    assertThat(Axis.percentages(List.of(1.0, 1.0), "accuracy").to()).isEqualTo(1);
    assertThat(Axis.percentages(List.of(0.0), "accuracy").from()).isZero();
  }

  @Test
  void oneValue_oneEpoch_orNone_haveAnAxisToo() {
    for (Axis axis :
        List.of(
            Axis.around(List.of(0.5), "loss"),
            Axis.around(List.of(), "loss"),
            Axis.around(List.of(0.0), "loss"),
            Axis.around(List.of(Double.NaN, Double.POSITIVE_INFINITY), "loss"),
            Axis.epochs(0))) {
      assertThat(axis.to()).isGreaterThan(axis.from());
      assertThat(axis.ticks()).isNotEmpty();
    }
    assertThat(Axis.epochs(0).share(0)).isEqualTo(0.5);
    assertThat(ticks(Axis.epochs(3))).containsExactly("0", "1", "2", "3");
    assertThat(Axis.epochs(99).ticks()).hasSizeBetween(4, 7);
  }

  @Test
  void ratesFarApartHaveALogarithmicAxis() {
    Axis axis = Axis.rates(List.of(1e-3, 1e-4, 1e-5), "learning rate");
    assertThat(axis.logarithmic()).isTrue();
    assertThat(ticks(axis)).containsExactly("1e-05", "0.0001", "0.001");
    assertThat(axis.share(1e-4)).isCloseTo(0.5, within(1e-9));
    assertThat(Axis.rates(List.of(1e-3, 5e-4), "learning rate").logarithmic()).isFalse();
    assertThat(Axis.rates(List.of(1e-3, 0.0), "learning rate").logarithmic()).isFalse();
  }

  @Test
  void numbersHaveFourSignificantDigits() {
    assertThat(Shown.significant(0.001)).isEqualTo("0.001");
    assertThat(Shown.significant(0.30000000000000004)).isEqualTo("0.3");
    assertThat(Shown.significant(2.5e-5)).isEqualTo("2.5e-05");
    assertThat(Shown.significant(-12.3456)).isEqualTo("-12.35");
    assertThat(Shown.significant(1500)).isEqualTo("1500");
    assertThat(Shown.significant(0)).isEqualTo("0");
    assertThat(Shown.significant(Double.NaN)).isEqualTo("–");
    assertThat(Shown.percent(0.95425)).isEqualTo("95.43 %");
    assertThat(Shown.seconds(59.4)).isEqualTo("59.4 s");
    assertThat(Shown.seconds(192)).isEqualTo("3 m 12 s");
    assertThat(Shown.seconds(7300)).isEqualTo("2 h 1 m");
  }
}
