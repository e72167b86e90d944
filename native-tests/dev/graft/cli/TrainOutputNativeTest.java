package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.TinyWorld;
import dev.graft.torch.Module;
import dev.graft.train.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code graft train} and {@code eval} print where nobody is watching. */
class TrainOutputNativeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path data;
  private Path weights;
  private RunFiles run;

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 8, 4);
    weights = folder.resolve("tiny.pt");
    run = new RunFiles(folder.resolve("run"));
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private GraftCommand train(Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", "--data", data, "--weights", weights));
    args.addAll(List.of("--out", run.folder(), "--image-size", 32, "--epochs", 2));
    args.addAll(List.of(more));
    return GraftCommand.run(args.toArray());
  }

  private static void assertPlain(GraftCommand done) {
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(
            (done.out() + done.err()).chars().filter(c -> c != '\n' && Character.isISOControl(c)))
        .isEmpty();
  }

  private static List<JsonNode> lines(String text) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void noControlCharacterIsPrinted() {
    assertPlain(train());
    assertPlain(GraftCommand.run("eval", "--model", run.model(), "--data", data));
  }

  @Test
  void jsonLinesAreTheRunsFiles_andNothingElseIsPrinted() throws IOException {
    GraftCommand done = train("--json");
    assertPlain(done);
    assertThat(done.err()).isEmpty();
    List<JsonNode> phases = new ArrayList<>();
    for (JsonNode line : lines(done.out())) {
      if (line.path("event").asText().equals("phase_finished")) {
        phases.add(((ObjectNode) line).without("event"));
      }
    }
    assertThat(phases).hasSize(4).isEqualTo(lines(Files.readString(run.metrics())));

    List<JsonNode> all = lines(done.out());
    assertThat(all.get(all.size() - 1).path("event").asText()).isEqualTo("run_recorded");
    ObjectNode end = (ObjectNode) all.get(all.size() - 2);
    assertThat(end.path("event").asText()).isEqualTo("run_finished");
    assertThat(end.<JsonNode>without(List.of("event", "message")))
        .isEqualTo(JSON.readTree(run.summary().toFile()));
  }

  @Test
  void aQuietRunPrintsNothing_butWarnings() throws IOException {
    GraftCommand quiet = train("--quiet");
    assertThat(quiet.code()).isZero();
    assertThat(quiet.out() + quiet.err()).isEmpty();

    Files.writeString(data.resolve("train/red/bad.png"), "no image");
    GraftCommand warned = train("--quiet", "--overwrite", "--skip-unreadable");
    assertThat(warned.code()).isZero();
    assertThat(warned.out()).isEmpty();
    assertThat(warned.err()).contains("Leaving out 1 image", "bad.png").doesNotContain("Saved");
    GraftCommand failed = train("--quiet", "--overwrite");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err()).contains("bad.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--plain --quiet", "--quiet --json", "--json --plain"})
  void onlyOneMannerIsTaken(String options) {
    GraftCommand done = train((Object[]) options.split(" "));
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).contains("Pass one of --plain, --quiet and --json");
    assertThat(run.folder()).doesNotExist();
  }

  @Test
  void aRunReplacesItsOwnEventFile_andNoOther() throws IOException {
    train();
    List<Path> before = run.events();
    assertThat(before).hasSize(1);
    Path other = Files.createFile(run.folder().resolve("events.out.tfevents.1700000000.host.1.0"));
    train("--overwrite");
    assertThat(run.events()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(other).exists();
  }
}
