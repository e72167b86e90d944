package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.data.DataException;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.image.Preprocessing;
import dev.graft.model.Card;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.GraftConfig;
import dev.graft.model.ModelException;
import dev.graft.model.Pretrained;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.Tensor;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each way of learning does to the weights. */
class LearningNativeTest {
  private static final TrainingConfig SGD =
      TrainingConfig.defaults()
          .withEpochs(3)
          .withOptimizer(SgdConfig.of(0.05).withMomentum(0.9))
          .withSchedule(new Schedule.Constant());
  private static final Freezing NOTHING = Freezing.of(Freeze.NONE);

  @TempDir Path folder;
  private Path images;
  private DataConfig data;
  private Path weights;
  private final List<TrainingEvent> events = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    images = TinyWorld.draw(folder.resolve("data"), 6, 4);
    data = DataConfig.of(images);
    weights = folder.resolve("tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private Path run(String name, TrainingConfig training, Freezing freezing, int batchSize) {
    Path out = folder.resolve(name);
    new TrainingRun(
            new RunConfig(
                data,
                Pretrained.of(weights),
                out,
                new ModelConfig(freezing, 1, null, 32),
                new LoaderConfig(batchSize, 2, 2, 9, MemoryFormat.CHANNELS_LAST),
                training,
                CheckpointConfig.defaults(),
                Existing.REFUSE),
            events::add,
            () -> false)
        .execute();
    return out;
  }

  private static Map<String, float[]> tensors(Path run) {
    try (Classifier classifier =
        Classifier.load(Files.isDirectory(run) ? run.resolve("model.pt") : run, Device.CPU)) {
      return tensors(classifier.module());
    }
  }

  private static Map<String, float[]> tensors(Module module) {
    Map<String, float[]> values = new TreeMap<>();
    module.namedParameters().forEach((name, t) -> values.put(name, t.toFloatArray()));
    module.namedBuffers().forEach((name, t) -> values.put(name, t.toFloatArray()));
    return values;
  }

  private Map<String, float[]> before() {
    try (Module module = Module.load(weights, Device.CPU)) {
      return tensors(module);
    }
  }

  @Test
  void aFrozenBatchNormKeepsWeightsAndStatistics_whileTheHeadLearns() {
    Map<String, float[]> after = tensors(run("run", SGD, NOTHING.withBatchNorm(true), 4));
    Map<String, float[]> before = before();
    for (String name : List.of("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var")) {
      assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
    }
    assertThat(phases(Phase.TRAIN).get(2).loss()).isLessThan(phases(Phase.TRAIN).get(0).loss());
  }

  @Test
  void accumulatedHalves_stepAsTheWholeBatchDoes() {
    Freezing frozen = NOTHING.withBatchNorm(true); // its statistics would see the batch's size
    Map<String, float[]> whole = tensors(run("whole", SGD, frozen, 6));
    Map<String, float[]> halves =
        tensors(run("halves", SGD.withUpdate(Update.everyBatch().withAccumulate(2)), frozen, 3));
    Map<String, float[]> small = tensors(run("small", SGD, frozen, 3));
    assertThat(halves.get("fc.weight"))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(whole.get("fc.weight"));
    assertThat(small.get("fc.weight")[0]).isNotCloseTo(whole.get("fc.weight")[0], within(1e-4f));
  }

  @Test
  void onlyNamedParametersAreTrained_andAPatternWithoutAMatchIsAnError() {
    Map<String, float[]> after =
        tensors(run("run", SGD, NOTHING.withTrainable(List.of("fc.*", "bn.bias")), 4));
    assertThat(after.get("bn.weight")).isEqualTo(before().get("bn.weight"));
    assertThat(after.get("bn.bias")).isNotEqualTo(before().get("bn.bias"));
    assertThatThrownBy(
            () -> run("other", SGD, NOTHING.withTrainable(List.of("fc.*", "layer4.*")), 4))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("layer4.*", "bn.weight");
    assertThatThrownBy(() -> run("headless", SGD, NOTHING.withTrainable(List.of("bn.*")), 4))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("head", "fc.*");
  }

  @Test
  void theBackboneIsUnfrozenAtItsEpoch() {
    Freezing later = Freezing.of(Freeze.BACKBONE).withUnfreezesLater(true);
    Map<String, float[]> never =
        tensors(run("two", SGD.withEpochs(2), Freezing.of(Freeze.BACKBONE), 4));
    assertThat(never.get("bn.weight")).isEqualTo(before().get("bn.weight"));
    List<float[]> weightsAtEpochEnds = new ArrayList<>();
    try (Classifier classifier =
        Classifier.graft(weights, Device.CPU, GraftConfig.of(List.of("blue", "green", "red")))) {
      classifier.freeze(later);
      TrainingListener look =
          event -> {
            if (event instanceof TrainingEvent.PhaseFinished finished
                && finished.result().phase() == Phase.TRAIN) {
              weightsAtEpochEnds.add(classifier.module().parameter("bn.weight").toFloatArray());
            }
          };
      fit(classifier, SGD.withUnfreezeAt(2), look);
    }
    float[] start = before().get("bn.weight");
    assertThat(weightsAtEpochEnds.get(0)).isEqualTo(start);
    assertThat(weightsAtEpochEnds.get(1)).isEqualTo(start);
    assertThat(weightsAtEpochEnds.get(2)).isNotEqualTo(start);
  }

  private void fit(Classifier classifier, TrainingConfig config, TrainingListener listener) {
    var folders = ImageFolders.open(images);
    var size = Preprocessing.imagenet(32);
    var loader = new LoaderConfig(4, 0, 2, 9, MemoryFormat.CHANNELS_LAST);
    try (var train = new DataLoader(folders.train(), size, DataLoader.Mode.TRAIN, loader);
        var val = new DataLoader(folders.val(), size, DataLoader.Mode.EVAL, loader)) {
      new Trainer(config, listener, () -> false).fit(classifier, train, val);
    }
  }

  @Test
  void aBackboneRateOfItsOwnMovesTheBackboneOnly() {
    Map<String, float[]> still = tensors(run("still", SGD.withBackboneLr(0.0), NOTHING, 4));
    assertThat(still.get("bn.weight")).isEqualTo(before().get("bn.weight"));
    Map<String, float[]> frozen = tensors(run("frozen", SGD, Freezing.of(Freeze.BACKBONE), 4));
    assertThat(still.get("fc.weight")).isEqualTo(frozen.get("fc.weight"));
    Map<String, float[]> slow = tensors(run("slow", SGD.withBackboneLr(0.01), NOTHING, 4));
    assertThat(slow.get("bn.weight")).isNotEqualTo(before().get("bn.weight"));
  }

  @Test
  void patienceEndsARunThatDoesNotImprove() throws IOException {
    Path out =
        run(
            "run",
            SGD.withEpochs(20).withOptimizer(SgdConfig.of(0)).withPatience(3),
            NOTHING.withBatchNorm(true),
            4);
    assertThat(phases(Phase.VAL)).hasSize(4);
    JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    assertThat(summary.path("outcome").asText()).isEqualTo("early_stopped");
    assertThat(summary.path("best_epoch").asInt()).isZero();
  }

  @Test
  void anAverageOfTheWeightsIsValidatedAndSaved() {
    try (Tensor weight = Tensor.copyOf(new float[] {1, 2}, 2);
        var average = new AveragedWeights(Map.of("w", weight), 0.75)) {
      weight.copyFrom(tensor(3, 4));
      average.update(); // copies
      weight.copyFrom(tensor(7, 0));
      average.update();
      try (var swap = average.swapIn()) {
        assertThat(weight.toFloatArray()).containsExactly(0.75f * 3 + 0.25f * 7, 0.75f * 4);
      }
      assertThat(weight.toFloatArray()).containsExactly(7, 0);
    }
    Map<String, float[]> plain = tensors(run("plain", SGD, NOTHING, 4));
    Map<String, float[]> averaged =
        tensors(run("averaged", SGD.withUpdate(Update.everyBatch().withEmaDecay(0.9)), NOTHING, 4));
    assertThat(averaged.get("fc.weight")).isNotEqualTo(plain.get("fc.weight"));
    assertThat(phases(Phase.TRAIN).get(5).loss())
        .as("training itself is the same")
        .isEqualTo(phases(Phase.TRAIN).get(2).loss());
  }

  private static Tensor tensor(float... values) {
    Tensor tensor = Tensor.copyOf(values, values.length);
    opened.add(tensor);
    return tensor;
  }

  private static final List<Tensor> opened = new ArrayList<>();

  @AfterEach
  void closeTensors() {
    opened.forEach(Tensor::close);
    opened.clear();
  }

  @Test
  void testImagesAreTriedOnceAtTheEnd_andReported() throws IOException {
    copyTree(images.resolve("val"), images.resolve("test"));
    Path out = run("run", SGD, NOTHING, 4);
    assertThat(events)
        .filteredOn(TrainingEvent.TestEvaluated.class::isInstance)
        .singleElement()
        .satisfies(
            event -> {
              Evaluation test = ((TrainingEvent.TestEvaluated) event).evaluation();
              assertThat(test.answers()).hasSize(12);
              // The same images as val's, so the same answers as the best epoch's.
              JsonNode provenance = Card.readProvenance(out.resolve("model.pt"));
              assertThat(test.accuracy())
                  .isEqualTo(provenance.path("metrics").path("best_val_acc").asDouble())
                  .isEqualTo(provenance.path("metrics").path("test_acc").asDouble());
            });
    JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    assertThat(summary.has("test_acc")).isTrue();
  }

  @Test
  void aFolderWithoutSplitsIsSplit_andAManifestServes() throws IOException {
    data =
        new DataConfig(
            images.resolve("train"), 0.5, Augmentation.none(), false, false, CacheConfig.off());
    run("split", SGD, NOTHING, 3);
    assertThat(phases(Phase.TRAIN).get(0).images()).isEqualTo(9);
    assertThat(phases(Phase.VAL).get(0).images()).isEqualTo(9);
    StringBuilder rows = new StringBuilder("path,label,split\n");
    for (String name : List.of("blue", "green", "red")) {
      rows.append("train/%1$s/0.png,%1$s,train\nval/%1$s/6.png,%1$s,val\n".formatted(name));
    }
    Path manifest = Files.writeString(images.resolve("all.csv"), rows.toString());
    data = DataConfig.of(manifest);
    events.clear();
    run("manifest", SGD, NOTHING, 3);
    assertThat(phases(Phase.TRAIN).get(0).images()).isEqualTo(3);
  }

  @Test
  void balancedWeightsLiftARareClass() throws IOException {
    for (int i = 1; i < 6; i++) {
      Files.delete(images.resolve("train/red/" + i + ".png"));
    }
    data = new DataConfig(images, null, Augmentation.none(), true, false, CacheConfig.off());
    Map<String, float[]> balanced = tensors(run("balanced", SGD, NOTHING, 5));
    data = DataConfig.of(images);
    Map<String, float[]> plain = tensors(run("plain", SGD, NOTHING, 5));
    assertThat(balanced.get("fc.bias")[2]).isGreaterThan(plain.get("fc.bias")[2]);
    var three = Objective.crossEntropy().withClassWeights(List.of(1.0, 2.0));
    assertThatThrownBy(() -> run("wrong", SGD.withObjective(three), NOTHING, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 class weights for 3 classes");
  }

  @Test
  void aRunThatIsGoingOnIsNotWrittenToByAnother() {
    List<Throwable> refused = new ArrayList<>();
    TrainingListener intruder =
        event -> {
          if (event instanceof TrainingEvent.EpochStarted started && started.epoch() == 1) {
            try {
              runAgain();
            } catch (RunException e) {
              refused.add(e);
            }
          }
        };
    events.clear();
    Path out = folder.resolve("run");
    new TrainingRun(config(out, Existing.REFUSE), intruder, () -> false).execute();
    assertThat(refused).singleElement().asString().contains("Another graft is writing to");
    assertThat(out.resolve(".lock")).doesNotExist();
  }

  @Test
  void moreRanksThanValidationImagesAreRefused_beforeAnythingIsWritten() {
    Path out = folder.resolve("run");
    var run = new TrainingRun(config(out, Existing.REFUSE), e -> {}, () -> false, firstOf(100));
    assertThatThrownBy(run::execute)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("validation images cannot be shared by 100 ranks");
    assertThat(out).doesNotExist();
  }

  private static Ranks firstOf(int size) {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "isFirst" -> true;
              case "rank" -> 0;
              case "size", "localSize" -> size;
              default -> throw new AssertionError(method);
            };
    Class<?> seam = Ranks.class;
    return (Ranks) Proxy.newProxyInstance(seam.getClassLoader(), new Class<?>[] {seam}, answers);
  }

  private void runAgain() {
    new TrainingRun(config(folder.resolve("run"), Existing.RESUME), e -> {}, () -> false).execute();
  }

  private RunConfig config(Path out, Existing existing) {
    return new RunConfig(
        data,
        Pretrained.of(weights),
        out,
        new ModelConfig(NOTHING, 1, null, 32),
        new LoaderConfig(4, 2, 2, 9, MemoryFormat.CHANNELS_LAST),
        SGD,
        CheckpointConfig.defaults(),
        existing);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private List<PhaseResult> phases(Phase phase) {
    return events.stream()
        .filter(TrainingEvent.PhaseFinished.class::isInstance)
        .map(event -> ((TrainingEvent.PhaseFinished) event).result())
        .filter(result -> result.phase() == phase)
        .toList();
  }
}
