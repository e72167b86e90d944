package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.Shared;
import dev.graft.TinyWorld;
import dev.graft.data.Scene;
import dev.graft.torch.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandNativeTest {
  @TempDir Path folder;
  private String out = "";
  private String err = "";
  private BooleanSupplier stop = () -> false;

  private int graft(Object... args) {
    GraftCommand done = GraftCommand.run(stop, args);
    out = done.out();
    err = done.err();
    return done.code();
  }

  private int check(Object... more) {
    List<Object> args = new ArrayList<>(List.of("check", folder, "--image-size", 32));
    args.addAll(List.of(more));
    return graft(args.toArray());
  }

  /** Draws a picture; those of a number are the same but for their size. */
  private Path draw(String name, int scene, int width) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.endsWith(".jpg") ? "jpg" : "png";
    ImageIO.write(Scene.of(scene).picture(width, width * 3 / 4), format, file.toFile());
    return file;
  }

  private void copy(String from, String to) throws IOException {
    Files.copy(folder.resolve(from), folder.resolve(to));
  }

  private void drawClean() throws IOException {
    int scene = 0;
    for (String label : List.of("a", "b", "c")) {
      for (int i = 0; i < 10; i++) {
        draw("train/" + label + "/" + i + ".png", scene++, 64);
      }
      draw("val/" + label + "/0.png", scene++, 64);
      draw("val/" + label + "/1.jpg", scene++, 64);
    }
  }

  private Map<String, Set<String>> findings() throws IOException {
    Map<String, Set<String>> kinds = new TreeMap<>();
    for (JsonNode finding : new ObjectMapper().readTree(out).path("findings")) {
      Set<String> files =
          kinds.computeIfAbsent(finding.path("kind").asText(), kind -> new TreeSet<>());
      finding
          .path("files")
          .forEach(file -> files.add(folder.relativize(Path.of(file.asText())).toString()));
    }
    return kinds;
  }

  @Test
  void findsEveryPlantedFault_andNothingElse() throws IOException {
    drawClean();
    draw("train/rare/0.png", 100, 64);
    draw("val/rare/0.png", 101, 64);
    Files.writeString(folder.resolve("train/a/page.jpg"), "<html>not found</html>");
    byte[] whole = Files.readAllBytes(folder.resolve("val/a/1.jpg"));
    Files.write(folder.resolve("val/b/cut.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.move(draw("train/b/x.png", 102, 64), folder.resolve("train/b/named.jpg"));
    copy("train/b/0.png", "train/b/again.png");
    draw("train/a/resized.jpg", 1, 130); // of train/a/1.png
    copy("train/a/0.png", "val/a/leak.png");
    draw("val/b/leak.jpg", 13, 40); // of train/b/1.png, which is scene 13
    copy("train/c/0.png", "train/b/wrong.png");
    draw("val/c/tiny.png", 103, 24);

    assertThat(check("--json")).isEqualTo(1);
    assertThat(findings())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "unreadable", Set.of("train/a/page.jpg", "val/b/cut.jpg"),
                    "wrong_extension", Set.of("train/b/named.jpg"),
                    "duplicate", Set.of("train/b/0.png", "train/b/again.png"),
                    "near_duplicate", Set.of("train/a/1.png", "train/a/resized.jpg"),
                    "leakage", Set.of("train/a/0.png", "val/a/leak.png"),
                    "near_leakage", Set.of("train/b/1.png", "val/b/leak.jpg"),
                    "contradiction", Set.of("train/c/0.png", "train/b/wrong.png"),
                    "imbalance", Set.of(),
                    "tiny", Set.of("val/b/leak.jpg", "val/c/tiny.png"))));

    assertThat(check()).isEqualTo(1);
    assertThat(out)
        .contains("10 findings", "near_leakage", "rare (1)")
        .contains("a/leak.png of val has the same content as a/0.png of train");
  }

  @Test
  void aCleanDataSetIsSummedUp_withExitCodeZero() throws IOException {
    drawClean();
    Files.writeString(folder.resolve("train/b/notes.txt"), "by hand");

    assertThat(check()).isZero();
    assertThat(out.lines())
        .contains("class       train       val", "b              10         2")
        .contains("all            30         6", "No findings.");
    assertThat(out).contains("64–64 (64)", "3 jpeg, 3 png");
    assertThat(err).contains("1 file is left out", "notes.txt");
  }

  @Test
  void allowedKindsAreShown_butDoNotFail() throws IOException {
    drawClean();
    copy("train/b/0.png", "train/b/again.png");

    assertThat(check("--allow", "tiny,imbalance", "--image-size", 100)).isEqualTo(1);
    assertThat(check("--allow", "tiny,duplicate", "--image-size", 100)).isZero();
    assertThat(out).contains("2 findings");
    assertThat(check("--allow", "tinny")).isEqualTo(2);
    assertThat(err).contains("tinny", "NEAR_LEAKAGE");
    assertThat(check("--allow", "tiny,duplicate", "--image-size", 100, "--workers", 0)).isZero();
    assertThat(check("--workers=-1")).isEqualTo(2);
    assertThat(err).contains("--workers is -1");
  }

  @Test
  void badInputIsNamed_withExitCodeTwo() throws IOException {
    assertThat(graft("check", folder.resolve("nothing"))).isEqualTo(2);
    assertThat(err).contains("No such file or folder");
    drawClean();
    draw("val/d/0.png", 100, 64);
    assertThat(check()).isEqualTo(2);
    assertThat(err).contains("classes of train and val differ: d is missing in");
    assertThat(graft("check", folder.resolve("train"))).isEqualTo(2);
    assertThat(err).contains("--val-split 0.2");
    assertThat(graft("check", folder.resolve("train"), "--val-split", 0.2, "--allow", "tiny"))
        .isZero();
  }

  @Test
  void anInterruptEndsIt_withItsExitCode() throws IOException {
    drawClean();
    stop = () -> true;

    assertThat(check()).isEqualTo(130);
  }

  @Test
  void trainingNamesLeakage_andGoesOn() throws IOException {
    drawClean();
    copy("train/a/0.png", "val/a/leak.png");
    Path weights = folder.resolve("tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
    Path run = folder.resolve("run");

    int code =
        graft(
            "train",
            "--data",
            folder,
            "--weights",
            weights,
            "--out",
            run,
            "--image-size",
            32,
            "--epochs",
            1,
            "--cache",
            "ram",
            "--cache-bound",
            40);

    assertThat(code).isZero();
    assertThat(err).contains("(1 finding; graft check lists them). a/leak.png of val has the same");
    JsonNode data = new ObjectMapper().readTree(run.resolve("data.json").toFile());
    assertThat(data.path("findings").path(0).path("kind").asText()).isEqualTo("leakage");
    assertThat(data.path("splits").path(0).path("heights").path("largest").asInt()).isEqualTo(48);
  }

  @Test
  void antsAndBeesHaveNoCopies() {
    assertThat(graft("check", Shared.hymenoptera(), "--allow", "tiny")).isZero();
    assertThat(out).contains("all           244       153");
  }
}
