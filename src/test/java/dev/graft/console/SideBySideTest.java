package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final SideBySide table =
      new SideBySide(
          new PrintStream(bytes, true, StandardCharsets.UTF_8), "from scratch", "by transfer");

  private static void run(TrainingListener listener, double... accuracies) {
    for (int epoch = 0; epoch < accuracies.length; epoch++) {
      for (Phase phase : new Phase[] {Phase.TRAIN, Phase.VAL}) {
        double accuracy = phase == Phase.VAL ? accuracies[epoch] : 0.111;
        listener.on(
            new TrainingEvent.PhaseFinished(
                new PhaseResult(epoch, phase, 1, accuracy, 0.1, 10, 1)));
      }
    }
  }

  @Test
  void printsTheValidationsOfBoth_anEpochALine() {
    run(table.first(), 0.25, 0.5);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
    run(table.second(), 0.75, 1);
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "  epoch  from scratch  by transfer",
            "      1         0.250        0.750",
            "      2         0.500        1.000");
    assertThat(table.firstAccuracy()).isEqualTo(0.5);
    assertThat(table.secondAccuracy()).isEqualTo(1);
  }
}
