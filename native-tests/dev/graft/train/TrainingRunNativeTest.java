package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.Shared;
import dev.graft.TinyWorld;
import dev.graft.data.DataException;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.model.Card;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.GraftConfig;
import dev.graft.model.Pretrained;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Precision;
import dev.graft.torch.Sgd;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunNativeTest {
  @TempDir Path folder;
  private Path data;
  private Path weights;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 6, 4);
    weights = folder.resolve("tiny.pt");
    out = folder.resolve("run");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private RunConfig config(Freeze freeze, int epochs, boolean skip, boolean overwrite) {
    return config(freeze, epochs, skip, overwrite, 4);
  }

  private RunConfig config(
      Freeze freeze, int epochs, boolean skip, boolean overwrite, int batchSize) {
    return new RunConfig(
        new DataConfig(data, null, Augmentation.none(), false, skip, CacheConfig.off()),
        Pretrained.of(weights),
        out,
        new ModelConfig(Freezing.of(freeze), freeze == Freeze.FEATURES ? 2 : 1, null, 32),
        new LoaderConfig(batchSize, 2, 2, 9, MemoryFormat.CHANNELS_LAST),
        TrainingConfig.defaults()
            .withEpochs(epochs)
            .withOptimizer(SgdConfig.of(0.05).withMomentum(0.9)),
        CheckpointConfig.defaults(),
        overwrite ? Existing.OVERWRITE : Existing.REFUSE);
  }

  private TrainingResult run(RunConfig config) {
    return new TrainingRun(config, event -> {}, () -> false).execute();
  }

  @ParameterizedTest
  @EnumSource(Freeze.class)
  void writesModelMetricsAndConfiguration(Freeze freeze) throws IOException {
    TrainingResult result = run(config(freeze, 3, false, false));
    assertThat(out.toFile().list())
        .containsExactlyInAnyOrder(
            "model.pt",
            "metrics.jsonl",
            "config.json",
            "summary.json",
            "data.json",
            "validation.jsonl",
            "views.jpg");
    var json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      lines.add(json.readTree(line));
    }
    assertThat(lines).hasSize(6);
    assertThat(lines.get(5).fieldNames())
        .toIterable()
        .containsExactly("epoch", "phase", "loss", "acc", "lr", "images", "seconds");
    assertThat(lines.get(2 * result.bestEpoch() + 1).path("acc").asDouble())
        .isEqualTo(result.bestAccuracy());
    JsonNode config = json.readTree(out.resolve("config.json").toFile());
    assertThat(config.path("freeze").asText()).isEqualTo(freeze.label());
    JsonNode provenance = Card.readProvenance(out.resolve("model.pt"));
    assertThat(provenance.path("data_digest").asText()).matches("[0-9a-f]{64}");
    assertThat(provenance.path("metrics").path("best_val_acc").asDouble())
        .isEqualTo(result.bestAccuracy());
  }

  @ParameterizedTest
  @EnumSource(Freeze.class)
  void frozenBackboneIsTheFilesToTheBit(Freeze freeze) {
    run(config(freeze, 2, false, false));
    try (Module before = Module.load(weights, Device.CPU);
        Classifier after = Classifier.load(out.resolve("model.pt"), Device.CPU)) {
      boolean parameters =
          before.parameter("bn.weight").contentEquals(after.module().parameter("bn.weight"));
      boolean buffers =
          before.buffer("bn.running_mean").contentEquals(after.module().buffer("bn.running_mean"));
      assertThat(parameters).isEqualTo(freeze != Freeze.NONE);
      assertThat(buffers).isEqualTo(freeze == Freeze.FEATURES);
    }
  }

  @Test
  void aRunThatIsThereStays_unlessOverwritten() throws IOException {
    run(config(Freeze.NONE, 1, false, false));
    byte[] model = Files.readAllBytes(out.resolve("model.pt"));
    assertThatThrownBy(() -> run(config(Freeze.NONE, 2, false, false)))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("run", "--overwrite");
    assertThat(Files.readAllBytes(out.resolve("model.pt"))).isEqualTo(model);
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl"))).hasSize(2);
    run(config(Freeze.NONE, 2, false, true));
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl"))).hasSize(4);
  }

  @Test
  void anErrorInTheMiddleLosesNoValidatedEpoch() {
    TrainingListener failing =
        event -> {
          if (event instanceof TrainingEvent.EpochStarted started && started.epoch() == 2) {
            throw new IllegalStateException("disk on fire");
          }
        };
    assertThatThrownBy(
            () ->
                new TrainingRun(config(Freeze.NONE, 5, false, false), failing, () -> false)
                    .execute())
        .hasMessage("disk on fire");
    try (Classifier saved = Classifier.load(out.resolve("model.pt"), Device.CPU)) {
      assertThat(saved.classes()).containsExactly("blue", "green", "red");
    }
  }

  @Test
  void stoppedWhileExtractingFeatures_writesNothing() {
    List<TrainingEvent> events = new ArrayList<>();
    assertThatThrownBy(
            () ->
                new TrainingRun(
                        config(Freeze.FEATURES, 1, false, false),
                        events::add,
                        () ->
                            events.stream().anyMatch(TrainingEvent.BatchFinished.class::isInstance))
                    .execute())
        .isInstanceOf(CancellationException.class);
    assertThat(out).doesNotExist();
  }

  @Test
  void badImagesAreListedBeforeAnythingIsWritten_orLeftOut() throws IOException {
    Files.writeString(data.resolve("train/red/text.jpg"), "no image");
    Files.write(data.resolve("val/blue/empty.jpg"), new byte[0]);
    assertThatThrownBy(() -> run(config(Freeze.NONE, 1, false, false)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("text.jpg", "empty.jpg", "--skip-unreadable");
    assertThat(out).doesNotExist();
    List<TrainingEvent> events = new ArrayList<>();
    new TrainingRun(config(Freeze.NONE, 1, true, false), events::add, () -> false).execute();
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            TrainingEvent.ImagesSkipped.class, skipped -> assertThat(skipped.files()).hasSize(2));
  }

  @Test
  void badWeightsWriteNothing() throws IOException {
    Files.writeString(weights, "no weights");
    assertThatThrownBy(() -> run(config(Freeze.NONE, 1, false, false)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("tiny.pt");
    assertThat(out).doesNotExist();
  }

  @Test
  void stoppedBeforeTraining_writesNothing() {
    assertThatThrownBy(
            () ->
                new TrainingRun(config(Freeze.NONE, 1, false, false), e -> {}, () -> true)
                    .execute())
        .isInstanceOf(CancellationException.class);
    assertThat(out).doesNotExist();
  }

  @Test
  void aSingleLastImageThatBatchNormCannotTake_isRefusedBeforeAnythingIsWritten() {
    weights = Shared.resnet18(); // 32 pixels become one
    RunConfig single = config(Freeze.NONE, 1, false, false, 17); // of 18 images
    assertThatThrownBy(() -> run(single))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("--batch-size", "18 training images", "--freeze-batchnorm");
    assertThat(out).doesNotExist();
    assertThat(run(config(Freeze.NONE, 1, false, false, 9)).hasBest()).isTrue();
  }

  @Test
  void realWeights_frozenBackboneKeepsParametersAndMovesStatistics() {
    try (Module before = Module.load(Shared.resnet18(), Device.CPU);
        Classifier classifier =
            Classifier.graft(
                Shared.resnet18(), Device.CPU, GraftConfig.of(List.of("ants", "bees")));
        Tensor images = Tensor.uniform(new SplittableRandom(0), 2, 2, 3, 224, 224);
        Tensor labels = Tensor.copyOf(new long[] {0, 1}, 2)) {
      classifier.freeze(Freeze.BACKBONE);
      classifier.train();
      try (Sgd sgd = new Sgd(classifier.trainableParameters(), SgdConfig.of(0.1));
          Tensor logits = classifier.forward(images);
          Tensor loss = Functional.crossEntropy(logits, labels)) {
        loss.backward();
        sgd.step();
      }
      classifier
          .module()
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                try (Tensor gradient = parameter.grad()) {
                  assertThat(gradient != null).as(name).isEqualTo(name.startsWith("fc."));
                }
                if (!name.startsWith("fc.")) {
                  assertThat(parameter.contentEquals(before.parameter(name))).as(name).isTrue();
                }
              });
      classifier
          .module()
          .namedBuffers()
          .forEach(
              (name, buffer) ->
                  assertThat(buffer.contentEquals(before.buffer(name))).as(name).isFalse());
    }
  }

  @Test
  void realImagesAndWeights_featuresReachWhatATransferShould() {
    data = Shared.hymenoptera();
    weights = Shared.resnet18();
    var config =
        new RunConfig(
            DataConfig.of(data),
            Pretrained.of(weights),
            out,
            new ModelConfig(Freezing.of(Freeze.FEATURES), 1, null, 224),
            new LoaderConfig(4, 2, 2, 0, MemoryFormat.CHANNELS_LAST),
            TrainingConfig.defaults(),
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    TrainingResult result = run(config);
    assertThat(result.bestAccuracy()).isGreaterThan(0.93);
    try (Module before = Module.load(weights, Device.CPU);
        Classifier after = Classifier.load(out.resolve("model.pt"), Device.CPU);
        StateDict old = StateDict.copyOf(before);
        StateDict trained = StateDict.copyOf(after.module())) {
      old.tensors()
          .forEach(
              (name, value) -> {
                if (!name.startsWith("fc.")) {
                  assertThat(trained.tensors().get(name).contentEquals(value)).as(name).isTrue();
                }
              });
      assertThat(trained.tensors().get("fc.weight").shape()).containsExactly(2, 512);
    }
  }

  @Test
  void realImages_bf16AnswersAsFp32Does() {
    data = Shared.hymenoptera();
    weights = Shared.resnet18();
    var settings = TrainingConfig.defaults().withEpochs(3).withPrecision(Precision.BF16);
    var config =
        new RunConfig(
            DataConfig.of(data),
            Pretrained.of(weights),
            out,
            new ModelConfig(Freezing.of(Freeze.FEATURES), 1, null, 224),
            new LoaderConfig(4, 2, 2, 0, MemoryFormat.CHANNELS_LAST),
            settings,
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    assertThat(run(config).bestAccuracy()).isGreaterThan(0.9);
    try (Classifier trained = Classifier.load(out.resolve("model.pt"), Device.CPU);
        var val =
            new DataLoader(
                ImageFolders.open(data).val(),
                trained.card().preprocessing(),
                DataLoader.Mode.EVAL,
                config.loader().withBatchSize(16))) {
      var fp32 = answers(trained, val, Precision.FP32);
      var bf16 = answers(trained, val, Precision.BF16);
      assertThat(fp32).hasSize(153);
      long same = IntStream.range(0, 153).filter(i -> fp32.get(i).equals(bf16.get(i))).count();
      assertThat(same).isGreaterThanOrEqualTo(152);
    }
  }

  private static List<Integer> answers(Classifier model, DataLoader val, Precision precision) {
    return Evaluator.evaluate(model, val, Device.CPU, precision, () -> false).answers().stream()
        .map(Evaluation.Answer::predicted)
        .toList();
  }
}
