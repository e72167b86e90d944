package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingResult;
import dev.graft.train.TrainingResult.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ReportFile file() {
    return new ReportFile(folder, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String report() throws IOException {
    return Files.readString(folder.resolve("report.html"));
  }

  @Test
  void isWrittenWhenAnEpochBegins_andWhenTheRunHasEnded() throws IOException {
    RunOnDisk run = new RunOnDisk(folder, List.of("ants", "bees"));
    ReportFile file = file();
    file.on(new TrainingEvent.EpochStarted(0, 3));
    assertThat(report()).contains("Under way: epoch 0 of 0 to 2", "http-equiv=\"refresh\"");
    run.epochs(0.5);
    file.on(new TrainingEvent.EpochStarted(1, 3));
    assertThat(report()).contains("epoch 1 of 0 to 2", "66.67 %");
    var diverged = new TrainingResult(Outcome.DIVERGED, 0, 0.5, 3, "The loss became NaN.");
    file.on(new TrainingEvent.RunRecorded(diverged));
    assertThat(report())
        .contains("Diverged. The loss became NaN.")
        .doesNotContain("http-equiv=\"refresh\"");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsAWarning() throws IOException {
    ReportFile file = file();
    file.on(new TrainingEvent.EpochStarted(0, 3)); // there is no config.json
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("Note: report.html is not up to date: ")
        .contains("holds no run");
    new RunOnDisk(folder, List.of("ants", "bees"));
    Files.createDirectories(folder.resolve("report.html/full"));
    err.reset();
    file.on(new TrainingEvent.EpochStarted(0, 3));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .containsPattern("[^.]\\. Once that is mended, graft report writes it");
  }
}
