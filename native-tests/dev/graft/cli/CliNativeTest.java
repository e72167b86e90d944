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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliNativeTest {
  @TempDir Path folder;
  private Path data;
  private Path weights;
  private Path run;
  private String out = "";
  private String err = "";

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 8, 4);
    weights = folder.resolve("tiny.pt");
    run = folder.resolve("run");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private int graft(Object... args) {
    GraftCommand done = GraftCommand.run(args);
    out = done.out();
    err = done.err();
    return done.code();
  }

  private int train(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data,
                "--weights",
                weights,
                "--out",
                run,
                "--image-size",
                32,
                "--epochs",
                2,
                "--lr",
                0.05));
    args.addAll(List.of(more));
    return graft(args.toArray());
  }

  @Test
  void trainEvalPredictInspect_agree() throws IOException {
    assertThat(train()).isZero();
    assertThat(out).startsWith("Epoch 0/1").contains("Best val Acc: ");
    assertThat(err).contains("24 training and 12 validation images in 3 classes", "model.pt");

    Path model = run.resolve("model.pt");
    assertThat(graft("eval", "--model", model, "--data", data, "--json")).isZero();
    var json = new ObjectMapper();
    JsonNode evaluation = json.readTree(out);
    assertThat(evaluation.path("images").asInt()).isEqualTo(12);

    List<Object> args = new ArrayList<>(List.of("predict", "--json", "--model", model));
    evaluation.path("answers").forEach(answer -> args.add(answer.path("file").asText()));
    assertThat(graft(args.toArray())).isZero();
    List<String> lines = out.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode answer = evaluation.path("answers").path(i);
      JsonNode line = json.readTree(lines.get(i));
      assertThat(line.path("file")).isEqualTo(answer.path("file"));
      assertThat(line.path("class")).isEqualTo(answer.path("class"));
      assertThat(line.path("probability").asDouble())
          .isCloseTo(
              answer.path("probability").asDouble(), org.assertj.core.api.Assertions.within(1e-5));
    }

    assertThat(graft("inspect", model)).isZero();
    assertThat(out).contains("head: fc, 3 features to 3 classes", "blue, green, red", "fc.weight");
    assertThat(graft("inspect", "--json", model)).isZero();
    assertThat(json.readTree(out).path("card").path("classes")).hasSize(3);
  }

  @Test
  void anUnreadableFileIsReported_theOthersAreAnswered() throws IOException {
    train();
    Path bad = folder.resolve("bad.jpg");
    Files.writeString(bad, "no image");
    Path good = data.resolve("val/red/8.png");
    assertThat(graft("predict", "--model", run.resolve("model.pt"), bad, good)).isEqualTo(1);
    assertThat(out.lines()).singleElement().asString().startsWith(good + "\t");
    assertThat(err).contains("bad.jpg");
  }

  @ParameterizedTest
  @CsvSource({
    "--lr, nan, learning rate",
    "--lr, abc, --lr",
    "--batch-size, 0, batch size",
    "--epochs, 0, epochs",
    "--workers, -1, workers",
    "--gamma, inf, gamma",
    "--step-size, 0, step size",
    "--freeze, some, --freeze",
    "--device, tpu, tpu",
    "--head, nope, nope",
    "--image-size, 8, image size",
    "--views, 3, features",
    "--checkpoint-minutes, nan, --checkpoint-minutes",
    "--checkpoint-minutes, 0, --checkpoint-minutes",
    "--checkpoint-minutes, inf, --checkpoint-minutes",
    "--checkpoints, -1, checkpoints",
    "--min-lr, 0.1, --schedule step",
    "--plateau-patience, 3, choose plateau",
    "--warmup-epochs, 2, --epochs",
    "--momentum, 1e999, momentum",
    "--class-weights, '1,2', 2 class weights for 3 classes",
    "--class-weights, '1,x,2', x",
    "--label-smoothing, 1.5, label-smoothing",
    "--mixup, -1, mixup",
    "--accumulate, 0, accumulate",
    "--clip-grad-norm, 0, clip-grad-norm",
    "--ema-decay, 1, ema-decay",
    "--patience, 0, patience",
    "--unfreeze-at, 1, frozen",
    "--trainable, nope.*, nope.*",
    "--val-split, 1, 1",
    "--color-jitter, '1,1,1,1,1', four",
    "--rotation, 200, 200",
    "--cache, tape, tape",
    "--cache-dir, x, --cache disk",
    "--cache-limit, 5m, --cache ram",
    "--cache-bound, 31, image size",
  })
  void badOptionsAreExplained_writeNothing_exit2(String option, String value, String message) {
    assertThat(
            train(option, value.equals("inf") ? "Infinity" : value.equals("nan") ? "NaN" : value))
        .isEqualTo(2);
    assertThat(err).contains(message);
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--backbone-lr 0.1 --freeze backbone, backbone-lr",
    "--backbone-lr 0.1 --trainable fc.*, backbone-lr",
    "--step-size 3 --schedule cosine, choose step",
    "--gamma 0.5 --schedule constant, choose step or plateau",
    "--rotation 10 --freeze features, more views",
    "--cutmix 1 --freeze features, cutmix",
    "--nesterov --optimizer adamw, adamw",
    "--nesterov --momentum 0, momentum",
    "--unfreeze-at 1 --freeze features, features",
    "--trainable fc.* --freeze backbone, trainable",
    "--resume --overwrite, not both",
    "--cache ram --freeze features, disk keeps the features",
    "--cache ram --cache-limit 5, such as 500m",
    "--cache ram --cache-limit 1x, such as 500m",
    "--cache ram --cache-dir x, --cache disk",
  })
  void optionsThatDoNotGoTogetherAreExplained_writeNothing_exit2(String options, String message) {
    assertThat(train((Object[]) options.split(" "))).isEqualTo(2);
    assertThat(err).contains(message);
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--optimizer adamw, optimizer, adamw",
    "--optimizer adamw --weight-decay 0.2, weight-decay, 0.2",
    "--backbone-lr 0.01, backbone-lr, 0.01",
    "--momentum 0.5, momentum, 0.5",
    "--momentum 0.5 --dampening 0.25, dampening, 0.25",
    "--nesterov, nesterov, true",
    "--weight-decay 0.1, weight-decay, 0.1",
    "--schedule cosine --min-lr 0.001, schedule, cosine",
    "--schedule cosine --min-lr 0.001, min-lr, 0.001",
    "--schedule plateau --gamma 0.5, gamma, 0.5",
    "--schedule plateau --plateau-patience 4, plateau-patience, 4",
    "--step-size 3, step-size, 3",
    "--warmup-epochs 1, warmup-epochs, 1",
    "--accumulate 2, accumulate, 2",
    "--clip-grad-norm 0.5, clip-grad-norm, 0.5",
    "--ema-decay 0.9, ema-decay, 0.9",
    "--label-smoothing 0.1, label-smoothing, 0.1",
    "--class-weights balanced, class-weights, balanced",
    "'--class-weights 1,2,3', class-weights, '[1.0,2.0,3.0]'",
    "--mixup 0.2, mixup, 0.2",
    "--cutmix 1, cutmix, 1.0",
    "--patience 1, patience, 1",
    "--freeze backbone --unfreeze-at 1, unfreeze-at, 1",
    "'--trainable fc.*,bn.*', trainable, '[\"fc.*\",\"bn.*\"]'",
    "--freeze-batchnorm, freeze-batchnorm, true",
    "--seed 7, seed, 7",
    "--cache ram, cache, ram",
    "--cache ram --cache-limit 1k --cache-bound 36, cache-bound, 36",
  })
  void anOptionReachesTheRun(String options, String name, String value) throws IOException {
    assertThat(train((Object[]) options.split(" "))).as(err).isZero();
    JsonNode config = new ObjectMapper().readTree(run.resolve("config.json").toFile());
    JsonNode found = config.path(name);
    assertThat(found.isTextual() ? found.textValue() : found.toString()).isEqualTo(value);
  }

  @Test
  void decodedImagesAreKept_asManyAsFit() {
    assertThat(train("--cache", "ram")).as(err).isZero();
    assertThat(err).contains("Keeping 36 of 36 decoded images, 0 MiB, in memory");
    Path cache = folder.resolve("cache");
    assertThat(
            train("--cache", "disk", "--cache-dir", cache, "--cache-limit", "20k", "--overwrite"))
        .as(err)
        .isZero();
    assertThat(err).contains("Keeping 3 of 36 decoded images, 0 MiB, in " + cache);
  }

  @Test
  void featuresOnDiskAreFoundByTheNextRun() throws IOException {
    Object[] cached = {
      "--freeze",
      "features",
      "--cache",
      "disk",
      "--cache-dir",
      folder.resolve("cache"),
      "--overwrite"
    };
    assertThat(train(cached)).as(err).isZero();
    assertThat(err).contains("Features of 0 of 24 training views and 0 of 12 validation views");
    assertThat(train(cached)).as(err).isZero();
    assertThat(err)
        .contains("Features of 24 of 24 training views and 12 of 12 validation views")
        .contains("taken from " + folder.resolve("cache"));
  }

  @Test
  void namesOfFilesCannotSteerTheTerminal() {
    String name = "\u001b[2J\u0007red.png";
    assertThat(graft("predict", "--model", folder.resolve(name), data)).isEqualTo(2);
    assertThat(err).contains("?[2J?red.png").doesNotContain("\u001b", "\u0007");
    assertThat(graft("eval", "--model", weights, "--data", folder.resolve(name))).isEqualTo(2);
    assertThat(graft(name)).isEqualTo(2);
    assertThat(err).contains("red.png").doesNotContain("\u001b", "\u0007");
  }

  @Test
  void usageErrorsExit2_helpExits0() {
    assertThat(graft()).isEqualTo(2);
    assertThat(err).contains("Missing command", "graft --help");
    assertThat(graft("train")).isEqualTo(2);
    assertThat(err).contains("--data", "--weights", "--out");
    for (String command :
        List.of(
            "demo",
            "train",
            "eval",
            "predict",
            "explain",
            "inspect",
            "import",
            "export",
            "pretrain")) {
      assertThat(graft(command, "--help")).isZero();
      assertThat(out).contains("Usage: graft " + command);
    }
    assertThat(graft("--version")).isZero();
    assertThat(out).contains("graft ", "libtorch 2.", "OpenCV 4.");
  }

  @Test
  void demoAndPretrainRefuseBadArguments_writeNothing_exit2() {
    assertThat(graft("demo", "--out", data)).isEqualTo(2);
    assertThat(err).contains(data + " is not an empty folder");
    assertThat(graft("pretrain", "--out", run, "--classes", 1)).isEqualTo(2);
    assertThat(err).contains("classes is 1");
    assertThat(run).doesNotExist();
  }

  @Test
  void aLossThatIsNotFinite_exits1() {
    assertThat(train("--lr", 1e30, "--epochs", 9)).isEqualTo(1);
    assertThat(err).contains("The loss is", "--lr");
  }

  @Test
  void anInterruptedRunSavesTheBest_exits130() {
    var asked = new java.util.concurrent.atomic.AtomicInteger();
    // Asked once a batch, and a few times before: well into the second epoch.
    var stop = (java.util.function.BooleanSupplier) () -> asked.incrementAndGet() > 70;
    int code =
        new picocli.CommandLine(new Main(), new CommandFactory(stop))
            .execute(
                "train",
                "--data",
                data.toString(),
                "--weights",
                weights.toString(),
                "--out",
                run.toString(),
                "--image-size",
                "32",
                "--epochs",
                "50");
    assertThat(code).isEqualTo(130);
    assertThat(run.resolve("model.pt")).exists();
  }

  @Test
  void evalNamesAClassThatTheModelDoesNotKnow() throws IOException {
    train();
    Files.move(data.resolve("val/red"), data.resolve("val/pink"));
    assertThat(graft("eval", "--model", run.resolve("model.pt"), "--data", data)).isEqualTo(2);
    assertThat(err).contains("pink", "blue, green, red");
  }

  @Test
  void aPlainTorchscriptFileIsNoModelToPredictWith() {
    assertThat(graft("predict", "--model", weights, data.resolve("val/red/8.png"))).isEqualTo(2);
    assertThat(err).contains("tiny.pt", "graft train");
  }
}
