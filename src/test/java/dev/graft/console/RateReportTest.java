package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.train.RateCurve;
import dev.graft.train.RateCurve.Point;
import dev.graft.train.RateCurve.Suggestion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateReportTest {
  private static RateCurve curve(@Nullable Suggestion suggestion) {
    return new RateCurve(
        List.of(
            new Point(1e-4, 0.71, 0.7),
            new Point(1e-3, 0.4, 0.5),
            new Point(1e-2, 0.1, 0.2),
            new Point(1e-1, 9, 3)),
        RateCurve.End.DIVERGED,
        suggestion);
  }

  @Test
  void drawsTheCurve_andSaysWhatToPass() {
    String text = new RateReport(curve(new Suggestion(1e-3, 1e-2)), 0.1).text();

    List<String> lines = text.lines().toList();
    assertThat(lines).hasSize(14 + 4);
    assertThat(lines.get(0)).startsWith("  0.9500  ").endsWith("|" + " ".repeat(41) + "*");
    assertThat(lines.get(13)).startsWith("  0.2000  ").endsWith("*").contains("|");
    assertThat(lines.get(14)).startsWith(" ".repeat(10) + "1e-04").endsWith("1e-01 learning rate");
    assertThat(text)
        .contains("above four times its lowest at step 4")
        .contains("Suggestion: --lr 1.0e-03 --backbone-lr 1.0e-04")
        .contains("lowest at 1.0e-02");
  }

  @Test
  void saysPlainlyThatThereIsNothing() {
    var empty = new RateCurve(List.of(), RateCurve.End.NOT_FINITE, null);

    assertThat(new RateReport(curve(null), 1).text()).contains("No suggestion: the loss did not");
    assertThat(new RateReport(empty, 1).text()).contains("no finite number any more at step 1.");
  }

  @Test
  void jsonHasEveryPoint() throws Exception {
    JsonNode json =
        new ObjectMapper().readTree(new RateReport(curve(new Suggestion(1e-3, 1e-2)), 1).json());

    assertThat(json.path("suggestion").path("rate").asDouble()).isEqualTo(1e-3);
    assertThat(json.path("end").asText()).isEqualTo("diverged");
    assertThat(json.path("points")).hasSize(4);
    assertThat(json.path("points").path(2).path("smoothed").asDouble()).isEqualTo(0.2);
  }
}
