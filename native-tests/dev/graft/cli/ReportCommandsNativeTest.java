package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.torch.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandsNativeTest {
  @TempDir private static Path shared;
  private static Path run;
  private static Path flat;
  private static GraftCommand trained;

  @TempDir Path folder;

  @BeforeAll
  static void trainTwice() throws IOException {
    TinyWorld.draw(shared.resolve("images"), 6, 3);
    run = shared.resolve("run");
    flat = shared.resolve("flat");
    trained =
        train(
            TinyWorld.colors("features = torch.mean(torch.relu(map), [2, 3])"),
            run,
            "--image-size=64");
    assertThat(trained.code()).as(trained.err()).isZero();
    GraftCommand other =
        train(TinyWorld.network("fc"), flat, "--image-size=32", "--freeze=features");
    assertThat(other.code()).as(other.err()).isZero();
  }

  private static GraftCommand train(Module network, Path out, String... more) {
    Path weights = shared.resolve(out.getFileName() + ".pt");
    try (network) {
      network.save(weights, Map.of());
    }
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("train", "--data", shared.resolve("images"), "--weights", weights));
    args.addAll(List.of("--out", out, "--epochs", 2, "--device", "cpu", "--lr", 0.05));
    args.addAll(Arrays.asList(more));
    return GraftCommand.run(args.toArray());
  }

  @Test
  void trainingWritesTheReport_withEverythingInIt() throws IOException {
    assertThat(trained.err()).doesNotContain("report.html");
    String html = Files.readString(run.resolve("report.html"));
    for (String section :
        List.of("overview", "curves", "validation", "hard", "views", "repeat", "provenance")) {
      assertThat(html).contains("<section id=\"" + section + "\"");
    }
    assertThat(html)
        .contains("Completed.", "Loss", "Accuracy", "Learning rate", "Speed")
        .contains(
            "Confusion", "F1", "Calibration", "What speaks for red", "data:image/jpeg;base64,")
        .contains("data digest", "model.pt, SHA-256", "graft train --data")
        .doesNotContain("There are no heat maps", "Picture not found", "http-equiv=\"refresh\"");
    assertThat(ImageIO.read(run.resolve("views.jpg").toFile()).getHeight()).isEqualTo(2 * 64 + 4);
  }

  @Test
  void theReportFollowsFromTheFolder() throws IOException {
    Path report = run.resolve("report.html");
    String before = Files.readString(report);
    Files.delete(report);
    GraftCommand done = GraftCommand.run("report", run);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).isEqualTo(report + System.lineSeparator());
    assertThat(Files.readString(report))
        .isEqualTo(before.replace(">Completed.<", ">Ended: completed.<"));
  }

  @Test
  void aNetworkWithoutAFeatureMap_isSaidByName_theRestIsThere() throws IOException {
    String html = Files.readString(flat.resolve("report.html"));
    assertThat(html)
        .contains("no feature map", "Top losses", "As the network sees it", "1 fixed view of each")
        .doesNotContain("What speaks for ");
  }

  @Test
  void runsAreCompared_alsoAsAPage() throws IOException {
    Path page = folder.resolve("comparison.html");
    GraftCommand done = GraftCommand.run("compare", "--json", run, flat, "--out", page);
    assertThat(done.code()).as(done.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(done.out());
    assertThat(json.path("runs")).hasSize(2);
    assertThat(json.path("differences").path("freeze").path(1).asText()).isEqualTo("features");
    assertThat(json.path("mcnemar")).hasSize(1);
    assertThat(Files.readString(page)).contains("Recall of each class", "<svg");
    GraftCommand again = GraftCommand.run("compare", run, flat, "--out", page);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already", "--overwrite");
    assertThat(GraftCommand.run("compare", run, flat).out()).contains("best acc", "McNemar");
  }

  @Test
  void aFolderWithoutARun_orADamagedOne_isRefused() throws IOException {
    GraftCommand none = GraftCommand.run("report", folder);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains(folder + " holds no run");
    GraftCommand alone = GraftCommand.run("compare", run);
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err()).contains("two runs or more");
    Files.copy(run.resolve("config.json"), folder.resolve("config.json"));
    Files.writeString(folder.resolve("metrics.jsonl"), "{\"epoch\": 0, \"pha");
    GraftCommand damaged = GraftCommand.run("report", folder);
    assertThat(damaged.code()).isEqualTo(2);
    assertThat(damaged.err()).contains("metrics.jsonl", "damaged");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }
}
