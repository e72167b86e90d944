package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void aCostIsReachedWhereTheIntervalBeginsBelowIt() {
    Target target = new Target.ReachedCost(1.02);

    assertThat(target.met(new PairedRatio(1.04, 1.01, 1.07), 1, 1)).isTrue();
    assertThat(target.met(new PairedRatio(1.04, 1.03, 1.05), 1, 1)).isFalse();
  }

  @Test
  void theSameRateNeedsAboutTheSameMemoryToo() {
    Target target = new Target.SameRate(0.05, 0.1);
    PairedRatio same = new PairedRatio(0.96, 0.9, 1.0);

    assertThat(target.met(same, 1, 1.09)).isTrue();
    assertThat(target.met(same, 1, 1.11)).isFalse();
    assertThat(target.met(same, 1, Double.NaN)).isFalse();
    assertThat(target.met(new PairedRatio(1.06, 1, 1.1), 1, 1)).isFalse();
  }

  @Test
  void medianLiesBetweenTheMiddleTwo() {
    assertThat(Summary.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Summary(2.5, 1, 4));
    assertThat(Summary.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Summary(2, 1, 3));
  }
}
