package dev.graft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.console.ConsoleLines;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.predict.Predictor;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.train.Trainer;
import dev.graft.train.TrainingConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example compiles, runs, and is what the README shows. */
class ReadmeExampleNativeTest {

  private static void example(Path images, Path weights, Path model, Path photo) {
    // README: begin
    ImageFolders data = ImageFolders.open(images);
    GraftConfig graft = GraftConfig.of(data.train().classes());
    try (Classifier classifier = Classifier.graft(weights, Device.CPU, graft)) {
      classifier.freeze(Freeze.BACKBONE);
      Preprocessing size224 = classifier.card().preprocessing();
      LoaderConfig batches = LoaderConfig.defaults();
      try (var train = new DataLoader(data.train(), size224, DataLoader.Mode.TRAIN, batches);
          var val = new DataLoader(data.val(), size224, DataLoader.Mode.EVAL, batches)) {
        TrainingConfig tutorial = TrainingConfig.defaults();
        new Trainer(tutorial, new ConsoleLines(System.out), () -> false)
            .fit(classifier, train, val); // restores the best epoch's weights
      }
      classifier.save(model, Provenance.none());
    }
    try (Predictor predictor = Predictor.load(model, Device.CPU)) {
      System.out.println(predictor.predict(photo).best());
    }
    // README: end
  }

  @Test
  void exampleTrainsSavesAndPredicts(@TempDir Path folder) throws IOException {
    Path images = TinyWorld.draw(folder.resolve("images"), 8, 2);
    Path weights = folder.resolve("weights.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
    PrintStream stdout = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      example(images, weights, folder.resolve("model.pt"), images.resolve("val/red/8.png"));
    } finally {
      System.setOut(stdout);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines().toList())
        .startsWith("Epoch 0/24", "----------")
        .anyMatch(line -> line.matches("Best val Acc: [01]\\.\\d{6}"))
        .last()
        .asString()
        .matches("Score\\[label=(blue|green|red), probability=.*]");
  }

  @Test
  void readmeShowsThisExample() throws IOException {
    String source =
        Files.readString(Path.of("native-tests/dev/graft/ReadmeExampleNativeTest.java"));
    String code =
        source
            .substring(
                source.indexOf("// README: begin\n") + 17, source.indexOf("    // README: end\n"))
            .replaceAll("(?m)^ {4}", "");
    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + code + "```");
  }
}
