package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparedRunsTest {
  @TempDir Path folder;
  private RunOnDisk first;
  private RunOnDisk second;

  @BeforeEach
  void makeRuns() throws IOException {
    int[] labels = {0, 0, 1, 1, 1, 1, 1, 1};
    first =
        new RunOnDisk(folder.resolve("first"), List.of("ants", "bees"))
            .epochs(0.9, 0.25)
            .answers(labels, new int[] {0, 0, 0, 0, 0, 0, 0, 0}, ".jpg");
    second =
        new RunOnDisk(folder.resolve("second"), List.of("ants", "bees"))
            .config(Map.of("lr", 0.01, "patience", 3))
            .epochs(0.5, 0.75, 1.0)
            .answers(labels, labels, ".jpg");
  }

  private ComparedRuns compared() {
    return ComparedRuns.read(List.of(first.folder, second.folder));
  }

  @Test
  void textTellsNumbersDifferencesAndTheTest() {
    String text = new ComparisonText(compared()).text();
    assertThat(text.lines().toList().get(1))
        .matches("\\Q" + first.folder + "\\E +80.00 % +49.0–94.3 % +1 +0.2500 +– +2 +10.0 s");
    assertThat(text)
        .contains("  lr        0.001 | 0.01", "  patience  – | 3")
        .contains(second.folder + ": alone right on 6, alone wrong on 0, p = 0.03125")
        .doesNotContain("train-images");
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    JsonNode json = new ObjectMapper().readTree(new ComparisonText(compared()).json());
    assertThat(json.path("runs").path(0).path("best_val_acc").asDouble())
        .isCloseTo(0.8, within(1e-12));
    assertThat(json.path("runs").path(1).path("best_epoch").asInt()).isZero();
    assertThat(json.path("differences").path("lr").path(1).asText()).isEqualTo("0.01");
    assertThat(json.path("mcnemar").path(0).path("alone_right").asInt()).isEqualTo(6);
    assertThat(json.path("mcnemar").path(0).path("p").asDouble()).isCloseTo(0.03125, within(1e-12));
  }

  @Test
  void pageShowsCurvesSettingsAndRecall() throws IOException {
    var page = RunOnDisk.parse(new ComparisonPage(compared()).html()).getDocumentElement();
    assertThat(page.getElementsByTagName("figure").getLength()).isEqualTo(4);
    assertThat(page.getTextContent())
        .contains("0.03125", "Settings that differ", "patience", "Recall of each class", "1.0000");
  }

  @Test
  void namesOnThePageLeaveOutWhatAllRunsShare() throws IOException {
    var nested = new RunOnDisk(folder.resolve("deep/first"), List.of("ants", "bees"));
    var all = ComparedRuns.read(List.of(first.folder, nested.folder));
    assertThat(all.shortNames()).containsExactly("first", Path.of("deep/first").toString());
    assertThat(
            ComparedRuns.read(List.of(first.folder, first.folder.resolve("../first"))).shortNames())
        .containsExactly("first", "first");
  }

  @Test
  void otherImages_areNotTested() throws IOException {
    second.answers(new int[] {0, 1}, new int[] {0, 1}, ".png");
    assertThat(compared().tests()).isEmpty();
    assertThat(new ComparisonText(compared()).text()).doesNotContain("McNemar");
    assertThat(new ComparisonPage(compared()).html()).contains("nothing is tested");
  }

  /** The same data, once by a relative path and once by an absolute one. */
  @Test
  void theSameImagesByOtherPaths_areTested() throws IOException {
    Path file = second.folder.resolve("validation.jsonl");
    Files.writeString(file, Files.readString(file).replace("\"val/", "\"/home/me/photos/val/"));
    assertThat(compared().tests())
        .extracting(test -> test.result().onlySecond())
        .containsExactly(6);
    second.config(Map.of("data-digest", "other"));
    assertThat(compared().tests()).isEmpty();
  }

  @Test
  void aRunThatHasNotBegun_isComparedAllTheSame() throws IOException {
    var begun = new RunOnDisk(folder.resolve("third"), List.of("ants", "bees", "wasps"));
    var all = ComparedRuns.read(List.of(begun.folder, first.folder));
    assertThat(new ComparisonText(all).text()).contains(begun.folder + " ").doesNotContain("NaN");
    assertThat(new ComparisonPage(all).html()).doesNotContain("NaN", "Recall of each class");
  }

  @Test
  void oneRun_isRefused() {
    assertThatThrownBy(() -> ComparedRuns.read(List.of(first.folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two runs or more");
  }
}
