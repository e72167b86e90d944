package dev.graft.console;

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
    return new Answer(
        new Sample(Path.of(label + ".jpg"), label),
        predicted,
        0.75,
        label == predicted ? -Math.log(0.75) : -Math.log(0.25),
        label == predicted);
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
  void namesThatWouldTurnTheLineAround_arePrintedWithoutThat() {
    var hostile =
        new Evaluation(List.of("\u202eants", "bees"), 0.5, List.of(answer(0, 0), answer(1, 0)));
    assertThat(new EvaluationReport(hostile).text()).contains("?ants").doesNotContain("\u202e");
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

  /** Six classes: one answer right, one of the rest among the five largest. */
  @Test
  void top5IsThere_ifThereAreMoreThanFiveClasses() throws IOException {
    Answer near = new Answer(new Sample(Path.of("b.jpg"), 1), 0, 0.5, -Math.log(0.5), true);
    List<Answer> answers = List.of(answer(0, 0), near, answer(2, 0), answer(3, 0));
    var six = new Evaluation(List.of("a", "b", "c", "d", "e", "f"), 0.5, answers);
    var five = new Evaluation(List.of("a", "b", "c", "d", "e"), 0.5, answers);

    assertThat(six.top5Accuracy()).hasValue(0.5);
    assertThat(new EvaluationReport(six).text())
        .startsWith(
            String.join(
                System.lineSeparator(),
                "Accuracy: 0.250000 (1 of 4)",
                "Top-5 accuracy: 0.500000 (2 of 4)",
                "Loss: 0.5000"));
    JsonNode json = new ObjectMapper().readTree(new EvaluationReport(six).json());
    assertThat(json.path("top5_acc").asDouble()).isEqualTo(0.5);
    assertThat(five.top5Accuracy()).isEmpty();
    assertThat(new EvaluationReport(five).text()).doesNotContain("Top-5");
    assertThat(new EvaluationReport(five).json()).doesNotContain("top5");
  }
}
