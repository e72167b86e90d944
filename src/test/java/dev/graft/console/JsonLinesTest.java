package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.UnreadableFile;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static final PhaseResult VALIDATION =
      new PhaseResult(3, Phase.VAL, 0.1 + 0.2, 145 / 153.0, 1e-3, 153, 1.23456);

  private static String line(TrainingEvent event) {
    var bytes = new ByteArrayOutputStream();
    new JsonLines(new PrintStream(bytes, true, StandardCharsets.UTF_8)).on(event);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPhaseHasTheFieldsOfMetricsJsonl() {
    assertThat(line(new TrainingEvent.PhaseFinished(VALIDATION)))
        .isEqualTo(
            "{\"event\":\"phase_finished\",\"epoch\":3,\"phase\":\"val\","
                + "\"loss\":0.30000000000000004,\"acc\":0.9477124183006536,\"lr\":0.001,"
                + "\"images\":153,\"seconds\":1.235}\n");
  }

  @Test
  void theEndHasTheFieldsOfSummaryJson() {
    var result = new TrainingResult(TrainingResult.Outcome.EARLY_STOPPED, 3, 0.9, 12.34, "Why.");
    assertThat(line(new TrainingEvent.RunFinished(result)))
        .isEqualTo(
            "{\"event\":\"run_finished\",\"outcome\":\"early_stopped\",\"best_epoch\":3,"
                + "\"best_val_acc\":0.9,\"seconds\":12.3,\"message\":\"Why.\"}\n");
  }

  @Test
  void whatIsUnknownIsLeftOut() {
    assertThat(line(new TrainingEvent.BatchFinished(0, Phase.FEATURES, 8, 24, 0)))
        .isEqualTo(
            "{\"event\":\"batch_finished\",\"epoch\":0,\"phase\":\"features\",\"images\":8,"
                + "\"total\":24}\n");
    assertThat(line(new TrainingEvent.ImagesKept(1, 2, 3, null, null)))
        .isEqualTo("{\"event\":\"images_kept\",\"kept\":1,\"images\":2,\"bytes\":3}\n");
    assertThat(line(new TrainingEvent.RunResumed(0, 1, List.of(), null, List.of())))
        .doesNotContain("best");
  }

  @Test
  void anEventIsOneLine_whateverAFileIsCalled() throws IOException {
    var file = new UnreadableFile(Path.of("a\nb\u001b[2J\"é.jpg"), "it is empty");
    String line = line(new TrainingEvent.ImagesSkipped(List.of(file)));
    assertThat(line).endsWith("\n").doesNotContain("\u001b");
    assertThat(line.lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("event").textValue()).isEqualTo("images_skipped");
    assertThat(json.path("files").path(0).path("file").textValue())
        .isEqualTo("a\nb\u001b[2J\"é.jpg");
  }
}
