package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.model.ResNet;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandNativeTest {
  @TempDir private static Path shared;
  private static Path model;
  private static Path flat;
  private static Path red;
  private static Path blue;

  @TempDir Path folder;

  @BeforeAll
  static void makeModelsAndImages() throws IOException {
    model = save(ResNet.resnet18(5, 3), "model.pt");
    flat = save(TinyWorld.network("fc"), "flat.pt");
    TinyWorld.draw(shared.resolve("images"), 1, 1);
    red = shared.resolve("images/train/red/0.png");
    blue = shared.resolve("images/val/blue/1.png");
  }

  private static Path save(Module network, String name) {
    Path file = shared.resolve(name);
    var config =
        new GraftConfig(List.of("blue", "green", "red"), Preprocessing.imagenet(64), 1, null);
    try (Classifier classifier = Classifier.graft(network, Device.CPU, config)) {
      classifier.save(file, Provenance.none());
    }
    return file;
  }

  private GraftCommand explain(Path with, Object... more) {
    Object[] args = new Object[5 + more.length];
    System.arraycopy(
        new Object[] {"explain", "--model", with, "--out", folder.resolve("out")}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    return GraftCommand.run(args);
  }

  @Test
  void writesAnImageForEach_printsALineForEach() throws IOException {
    GraftCommand done = explain(model, red, blue);
    assertThat(done.code()).as(done.err()).isZero();
    Path out = folder.resolve("out");
    List<String> lines = done.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .matches(
            "\\Q" + red + "\\E\t(blue|green|red) 0\\.\\d{4}\t\\Q" + out + "\\E/0.explained.png");
    for (String name : List.of("0.explained.png", "1.explained.png")) {
      assertThat(ImageIO.read(out.resolve(name).toFile()).getWidth()).isEqualTo(64);
    }
    try (var files = Files.list(out)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void explainsTheClassThatIsAskedFor() throws IOException {
    for (String label : List.of("green", "red")) {
      GraftCommand done = explain(model, "--class", label, "--json", "--overwrite", red);
      assertThat(done.code()).as(done.err()).isZero();
      JsonNode line = new ObjectMapper().readTree(done.out());
      assertThat(line.path("class").asText()).isEqualTo(label);
      assertThat(line.path("file").asText()).isEqualTo(red.toString());
      assertThat(line.path("probability").asDouble()).isBetween(0.0, 1.0);
      assertThat(Path.of(line.path("explanation").asText())).exists();
    }
    GraftCommand unknown = explain(model, "--class", "pink", blue);
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("pink", "blue, green, red");
    assertThat(folder.resolve("out/1.explained.png")).doesNotExist();
  }

  @Test
  void anUnreadableFileIsReported_theOthersAreAnswered() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jpg"), "no image");
    GraftCommand done = explain(model, bad, red, folder.resolve("nowhere.jpg"));
    assertThat(done.code()).isEqualTo(1);
    assertThat(done.out().lines()).singleElement().asString().startsWith(red + "\t");
    assertThat(done.err()).contains("bad.jpg", "nowhere.jpg");
  }

  @Test
  void replacesNothingUnlessAsked() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path there = Files.writeString(out.resolve("0.explained.png"), "mine");
    GraftCommand refused = explain(model, blue, red);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("0.explained.png exists already", "--overwrite");
    assertThat(there).hasContent("mine");
    assertThat(out.resolve("1.explained.png")).doesNotExist();
    assertThat(explain(model, "--overwrite", blue, red).code()).isZero();
    assertThat(ImageIO.read(there.toFile())).isNotNull();

    Path named = Files.copy(red, out.resolve("x.explained.png"));
    Path image = Files.copy(red, folder.resolve("x.jpg"));
    GraftCommand input = explain(model, "--overwrite", image, named);
    assertThat(input.code()).isEqualTo(2);
    assertThat(input.err()).contains("is the same file as");
    assertThat(named).hasSameBinaryContentAs(red);
  }

  @Test
  void twoImagesOfOneName_aFileAsFolder_aModelWithoutAMap_areRefused() throws IOException {
    Path other = shared.resolve("images/train/blue/0.png");
    GraftCommand same = explain(model, red, other);
    assertThat(same.code()).isEqualTo(2);
    assertThat(same.err()).contains(red.toString(), other.toString(), "0.explained.png");

    GraftCommand noMap = explain(flat, red);
    assertThat(noMap.code()).isEqualTo(2);
    assertThat(noMap.err()).contains("flat.pt", "no feature map", "resnet18");
    assertThat(folder.resolve("out")).doesNotExist();

    Files.writeString(folder.resolve("out"), "a file");
    GraftCommand file = explain(model, red);
    assertThat(file.code()).isEqualTo(2);
    assertThat(file.err()).contains("is no folder");
    assertThat(folder.resolve("out")).hasContent("a file");
  }
}
