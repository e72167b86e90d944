package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.data.UnreadableFile;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import dev.graft.train.TrainingResult.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleLinesTest {
  private final Locale locale = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(locale);
  }

  private static String printed(
      Function<PrintStream, TrainingListener> listener, TrainingEvent... events) {
    var bytes = new ByteArrayOutputStream();
    TrainingListener made = listener.apply(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    List.of(events).forEach(made::on);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static TrainingEvent phase(Phase phase, double loss, double accuracy) {
    return new TrainingEvent.PhaseFinished(
        new PhaseResult(0, phase, loss, accuracy, 0.001, 153, 1.9));
  }

  @Test
  void linesReadAsTheTutorials_inEveryLocale() {
    Locale.setDefault(Locale.GERMANY);
    String lines =
        printed(
            ConsoleLines::new,
            new TrainingEvent.EpochStarted(0, 25),
            phase(Phase.TRAIN, 0.69337, 0.57787),
            phase(Phase.VAL, 0.2, 145 / 153.0),
            new TrainingEvent.RunFinished(
                new TrainingResult(Outcome.COMPLETED, 0, 145 / 153.0, 62.7, "")));
    assertThat(lines)
        .isEqualToNormalizingNewlines(
            """
            Epoch 0/24
            ----------
            train Loss: 0.6934 Acc: 0.5779
            val Loss: 0.2000 Acc: 0.9477

            Training complete in 1m 2s
            Best val Acc: 0.947712
            """);
  }

  @Test
  void aStoppedRunSaysSo_andClaimsNoBestWithoutOne() {
    assertThat(
            printed(
                ConsoleLines::new,
                new TrainingEvent.RunFinished(
                    new TrainingResult(Outcome.INTERRUPTED, -1, 0, 3, "Stopped as asked."))))
        .isEqualToNormalizingNewlines("Training stopped after 0m 3s\n");
  }

  @Test
  void notesKeepNamesFromMovingTheCursor() {
    String notes =
        printed(
            RunNotes::new,
            new TrainingEvent.ImagesSkipped(
                List.of(new UnreadableFile(Path.of("a\u001b[2J.jpg"), "it is empty"))),
            new TrainingEvent.RunStarted(2, 2, List.of("\u202eants", "bees"), 1, 1),
            new TrainingEvent.Warning("\u001b[31mred"));
    assertThat(notes)
        .contains("a?[2J.jpg", "?ants, bees", "?[31mred")
        .doesNotContain("\u001b", "\u202e");
  }
}
