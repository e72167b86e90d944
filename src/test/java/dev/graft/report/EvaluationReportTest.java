package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.Sample;
import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
  private static Answer answer(int label, int predicted) {
    return new Answer(new Sample(Path.of(label + ".jpg"), label), predicted, 0.75);
  }

  // ants: 2 right, 1 called bees; bees: 1 right; wasps: none.
  private final Evaluation evaluation =
      new Evaluation(
          List.of("ants", "bees", "wasps"),
          0.5,
          List.of(answer(0, 0), answer(0, 0), answer(0, 1), answer(1, 1)));

  @Test
  void numbersFollowTheirDefinitions() {
    assertThat(evaluation.accuracy()).isEqualTo(0.75);
    assertThat(evaluation.precision(0)).isEqualTo(1);
    assertThat(evaluation.recall(0)).isEqualTo(2 / 3.0);
    assertThat(evaluation.precision(1)).isEqualTo(0.5);
    assertThat(evaluation.recall(1)).isEqualTo(1);
    assertThat(evaluation.precision(2)).isZero();
    assertThat(evaluation.recall(2)).isZero();
    assertThat(evaluation.confusion()).isDeepEqualTo(new int[][] {{2, 1, 0}, {0, 1, 0}, {0, 0, 0}});
  }

  @Test
  void textShowsAccuracyClassesAndConfusion() {
    assertThat(new EvaluationReport(evaluation).text())
        .isEqualToNormalizingNewlines(
            """
            Accuracy: 0.750000 (3 of 4)
            Loss: 0.5000

            class  precision  recall  images
            ants      1.0000  0.6667       3
            bees      0.5000  1.0000       1
            wasps     0.0000  0.0000       0

            Confusion matrix (rows: label, columns: answer, in the order above)
            ants       2      1      0
            bees       0      1      0
            wasps      0      0      0""");
  }

  @Test
  void jsonHasEveryAnswer() throws IOException {
    JsonNode json = new ObjectMapper().readTree(new EvaluationReport(evaluation).json());
    assertThat(json.path("correct").asInt()).isEqualTo(3);
    assertThat(json.path("answers")).hasSize(4);
    assertThat(json.path("answers").path(2).path("label").asText()).isEqualTo("ants");
    assertThat(json.path("answers").path(2).path("class").asText()).isEqualTo("bees");
  }
}
