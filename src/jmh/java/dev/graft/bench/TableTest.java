package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Side.Opening NEVER =
      session -> {
        throw new IllegalStateException();
      };
  private static final Row ROW =
      new Row(
          "a-row",
          "what",
          NEVER,
          NEVER,
          new Agreement.Same(),
          new Target.Speedup(2),
          Plan.rate(1, 2, 1));

  private static RowResult.Sample sample(
      String label, List<Double> seconds, List<Map<String, Double>> metrics) {
    return new RowResult.Sample(label, seconds, List.of(), metrics, Map.of());
  }

  private static String text(RowResult.Sample ours, RowResult.Sample theirs) {
    var quiet = new Interference(0.0, 1.0);
    return Table.text(new RowResult.Measured(ROW, ours, theirs, "alike", quiet, 0, 0));
  }

  @Test
  void twoRoundsHaveNoInterval() {
    String two =
        text(
            sample("ours", List.of(0.1, 0.1), List.of()),
            sample("theirs", List.of(0.3, 0.3), List.of()));
    String three =
        text(
            sample("ours", List.of(0.1, 0.1, 0.1), List.of()),
            sample("theirs", List.of(0.3, 0.3, 0.3), List.of()));

    assertThat(two).contains("speedup 3.000 (no interval of 2 rounds); target >= 2.00x: met");
    assertThat(three).contains("speedup 3.000 (95 %: 3.000 to 3.000); target");
    assertThat(two.lines()).hasSize(3);
  }

  @Test
  void metricsAreMediansOfTheTurnsInTheirOrder() {
    List<Map<String, Double>> turns = new ArrayList<>();
    for (double value : new double[] {1, 2, 300}) {
      Map<String, Double> turn = new LinkedHashMap<>();
      for (String name : List.of("p50", "p99", "c", "d", "e", "last")) {
        turn.put(name, value);
      }
      turns.add(turn);
    }
    List<Double> seconds = List.of(0.1, 0.1, 0.1);
    String text = text(sample("ours", seconds, turns), sample("theirs", seconds, List.of()));

    assertThat(text.lines().map(String::trim).toList().subList(1, 3))
        .containsExactly("p50 2.000, p99 2.000, c 2.000, d 2.000, e 2.000", "last 2.000");
    assertThat(text.lines()).hasSize(5);
  }
}
