package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedRatioTest {
  /** Student's t for 3 degrees of freedom and 95 % is 3.1824; worked out apart from this code. */
  @Test
  void intervalIsStudentsOnTheLogarithms() {
    PairedRatio ratio = PairedRatio.of(List.of(1.0, 2.04, 2.94, 4.04), List.of(1.0, 2.0, 3.0, 4.0));

    assertThat(ratio.value()).isCloseTo(1.0023904152055199, within(1e-9));
    assertThat(ratio.low()).isCloseTo(0.9754942239864685, within(1e-6));
    assertThat(ratio.high()).isCloseTo(1.0300281844721946, within(1e-6));
  }

  @Test
  void pairsThatAllHaveOneRatioLeaveNoDoubt() {
    PairedRatio ratio = PairedRatio.of(List.of(2.0, 4.0, 8.0), List.of(1.0, 2.0, 4.0));

    assertThat(ratio.low()).isCloseTo(2, within(1e-12));
    assertThat(ratio.high()).isCloseTo(2, within(1e-12));
  }

  @Test
  void driftThatBothSidesShareCancels() {
    PairedRatio ratio = PairedRatio.of(List.of(1.0, 10.0, 3.0), List.of(2.0, 20.0, 6.0));

    assertThat(ratio.value()).isCloseTo(0.5, within(1e-12));
    assertThat(ratio.high()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void twoPairsHaveNoIntervalAndMeetNoTargetThatNeedsOne() {
    PairedRatio ratio = PairedRatio.of(List.of(1.0, 2.0), List.of(2.0, 4.0));

    assertThat(ratio.value()).isCloseTo(0.5, within(1e-12));
    assertThat(ratio.high()).isNaN();
    assertThat(new Target.ReachedCost(1.02).met(new Target.Findings(ratio, 1, 1, Map.of())))
        .isFalse();
  }

  @Test
  void unequalNumbersAreRefused() {
    assertThatThrownBy(() -> PairedRatio.of(List.of(1.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 and 0 are no pairs.");
  }
}
