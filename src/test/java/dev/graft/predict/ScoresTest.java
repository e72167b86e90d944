package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
  @Test
  void softmaxOrdersTheMostProbableFirst() {
    List<Prediction.Score> scores = Scores.of(new float[] {1, 3, 2}, List.of("a", "b", "c"));
    assertThat(scores).extracting(Prediction.Score::label).containsExactly("b", "c", "a");
    double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    assertThat(scores.get(0).probability()).isCloseTo(Math.exp(3) / sum, within(1e-12));
    assertThat(scores.stream().mapToDouble(Prediction.Score::probability).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void hugeLogitsDoNotOverflowAndTiesKeepTheirOrder() {
    List<Prediction.Score> scores = Scores.of(new float[] {1e30f, 1e30f}, List.of("a", "b"));
    assertThat(scores).extracting(Prediction.Score::label).containsExactly("a", "b");
    assertThat(scores.get(0).probability()).isEqualTo(0.5);
  }
}
