package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Progress progress(int columns) {
    return new Progress(new StatusLine(terminal, columns, false));
  }

  private static TrainingEvent.BatchFinished batch(Phase phase, int images, int total) {
    return new TrainingEvent.BatchFinished(2, phase, images, total, 0.5);
  }

  private static PhaseResult result(int epoch, Phase phase, int images, double seconds) {
    return new PhaseResult(epoch, phase, 0.5, 0.9477, 0.001, images, seconds);
  }

  /** Two of ten epochs are over; an epoch took 12 s of training and 3 s of validation. */
  private static void watchTwoEpochs(Progress progress) {
    progress.on(new TrainingEvent.RunStarted(240, 150, List.of("ants", "bees"), 1, 1));
    for (int epoch = 0; epoch < 2; epoch++) {
      progress.on(new TrainingEvent.EpochStarted(epoch, 10));
      progress.on(new TrainingEvent.PhaseFinished(result(epoch, Phase.TRAIN, 240, 12)));
      progress.on(new TrainingEvent.PhaseFinished(result(epoch, Phase.VAL, 150, 3)));
      if (epoch == 1) {
        progress.on(new TrainingEvent.BestImproved(result(epoch, Phase.VAL, 150, 3), List.of()));
      }
    }
    progress.on(new TrainingEvent.EpochStarted(2, 10));
  }

  @Test
  void aTrainingPhaseShowsItsShareRateLoss_theRunsTimeLeftAndTheBestSoFar() {
    Progress progress = progress(120);
    watchTwoEpochs(progress);
    // 180 images at 30 a second, then a validation of 3 s and seven epochs of 15 s.
    assertThat(progress.text(batch(Phase.TRAIN, 60, 240), 30))
        .isEqualTo(
            "epoch 2/9 train ######.................. 60/240  30 img/s  loss 0.5000  eta 1m 54s"
                + "  best 0.9477 (epoch 1)");
  }

  @Test
  void aValidationLeavesTheEpochsToCome() {
    Progress progress = progress(120);
    watchTwoEpochs(progress);
    assertThat(progress.text(batch(Phase.VAL, 100, 150), 50)).contains("eta 1m 46s");
  }

  @Test
  void inTheFirstEpochTheRateUnderWayStandsForAll() {
    Progress progress = progress(120);
    progress.on(new TrainingEvent.RunStarted(240, 150, List.of("ants", "bees"), 1, 1));
    progress.on(new TrainingEvent.EpochStarted(0, 1));
    var batch = new TrainingEvent.BatchFinished(0, Phase.TRAIN, 140, 240, 0.5);
    assertThat(progress.text(batch, 10)).contains("eta 25s").doesNotContain("best");
    assertThat(progress.text(batch, 0)).doesNotContain("eta", "img/s");
  }

  @Test
  void featuresHaveNoEpochAndNoLoss_andTellThisPhasesTime() {
    var batch = new TrainingEvent.BatchFinished(0, Phase.FEATURES, 100, 400, 0);
    assertThat(progress(80).text(batch, 100))
        .isEqualTo("features ######.................. 100/400  100 img/s  eta 3s");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 30, 40, 60, 79, 80, 100, 200})
  void theLineNeverFillsTheTerminal(int columns) {
    Progress progress = progress(columns);
    watchTwoEpochs(progress);
    progress.on(batch(Phase.TRAIN, 60, 240));
    String line = shown().replaceAll("\u001b\\[[^a-zA-Z]*[a-zA-Z]|\r", "");
    assertThat(line).hasSizeBetween(1, columns - 1);
  }

  @Test
  void aNarrowTerminalKeepsTheBarCountAndTime() {
    Progress progress = progress(80);
    watchTwoEpochs(progress);
    assertThat(progress.text(batch(Phase.TRAIN, 60, 240), 30))
        .isEqualTo("epoch 2/9 train #..... 60/240  30 img/s  loss 0.5000  eta 1m 54s  best 0.9477");
    Progress narrow = progress(45);
    watchTwoEpochs(narrow);
    assertThat(narrow.text(batch(Phase.TRAIN, 60, 240), 30))
        .isEqualTo("epoch 2/9 train #...... 60/240  eta 1m 54s");
  }

  @Test
  void theLineIsGoneWhenAPhaseEnds_andBeforeAnythingElseHappens() {
    Progress progress = progress(80);
    progress.on(batch(Phase.TRAIN, 8, 240));
    progress.on(new TrainingEvent.Warning("Something."));
    assertThat(shown()).contains(" 8/240").endsWith("\r\u001b[K");
    progress.on(batch(Phase.TRAIN, 16, 240));
    assertThat(shown()).contains(" 16/240");
    progress.on(batch(Phase.TRAIN, 240, 240));
    assertThat(shown()).endsWith("\r\u001b[K").doesNotContain("240/240");
  }

  @Test
  void durationsHaveTwoUnits() {
    assertThat(List.of(0.4, 59.0, 60.0, 3599.0, 3600.0, 86_399.0, 180_000.0))
        .extracting(TimeLeft::text)
        .containsExactly("0s", "59s", "1m 00s", "59m 59s", "1h 00m", "23h 59m", "2d 02h");
  }
}
