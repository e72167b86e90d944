package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {
  private static Target.Findings found(PairedRatio ratio, double memory) {
    return new Target.Findings(ratio, 1, memory, Map.of("p99_to_p50", 1.25));
  }

  @Test
  void metricsAreReachedByTheirMedians() {
    PairedRatio none = new PairedRatio(Double.NaN, Double.NaN, Double.NaN);

    assertThat(Target.Metric.atMost("p99_to_p50", 1.3).met(found(none, 1))).isTrue();
    assertThat(Target.Metric.atMost("p99_to_p50", 1.2).met(found(none, 1))).isFalse();
    assertThat(Target.Metric.atLeast("p99_to_p50", 1.3).met(found(none, 1))).isFalse();
    assertThat(Target.Metric.atLeast("another", 1).met(found(none, 1))).isFalse();
    assertThat(Target.Metric.atMost("another", 1).met(found(none, 1))).isFalse();
  }

  @Test
  void severalTargetsMustAllBeMet() {
    Target target = Target.All.of(new Target.Speedup(2), Target.Metric.atMost("p99_to_p50", 1.3));

    assertThat(target.met(found(new PairedRatio(2.1, 2, 2.2), 1))).isTrue();
    assertThat(target.met(found(new PairedRatio(1.9, 1.8, 2), 1))).isFalse();
    assertThat(target.isCost()).isFalse();
    assertThat(target.text()).isEqualTo(">= 2.00x, p99_to_p50 <= 1.30");
  }

  @Test
  void aCostIsReachedWhereTheIntervalBeginsBelowIt() {
    Target target = new Target.ReachedCost(1.02);

    assertThat(target.met(found(new PairedRatio(1.04, 1.01, 1.07), 1))).isTrue();
    assertThat(target.met(found(new PairedRatio(1.04, 1.03, 1.05), 1))).isFalse();
  }

  @Test
  void theSameRateNeedsAboutTheSameMemoryToo() {
    Target target = new Target.SameRate(0.05, 0.1);
    PairedRatio same = new PairedRatio(0.96, 0.9, 1.0);

    assertThat(target.met(found(same, 1.09))).isTrue();
    assertThat(target.met(found(same, 1.11))).isFalse();
    assertThat(target.met(found(same, Double.NaN))).isFalse();
    assertThat(target.met(found(new PairedRatio(1.06, 1, 1.1), 1))).isFalse();
  }

  @Test
  void medianLiesBetweenTheMiddleTwo() {
    assertThat(Summary.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Summary(2.5, 1, 4));
    assertThat(Summary.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Summary(2, 1, 3));
  }
}
