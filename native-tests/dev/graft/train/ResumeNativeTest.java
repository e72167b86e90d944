package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.torch.AdamWConfig;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.StateDict;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run that ends anywhere and is resumed is the run that was never interrupted. Here it ends by an
 * exception in a listener, which leaves the same files as SIGKILL does between two writes; {@code
 * scripts/check-resume} sends the signal itself.
 */
class ResumeNativeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path data;
  private Path weights;

  /** What to train and how. */
  record Recipe(String name, TrainingConfig training, Freezing freezing) {
    static final Recipe MOMENTUM = new Recipe("momentum, dropout", sgd(), Freezing.of(Freeze.NONE));
    static final Recipe UNFROZEN =
        new Recipe(
            "accumulated, unfrozen, cosine",
            sgd()
                .withUpdate(Update.everyBatch().withAccumulate(2))
                .withSchedule(new Schedule.Cosine(4, 0))
                .withUnfreezeAt(2),
            Freezing.of(Freeze.BACKBONE).withUnfreezesLater(true));
    static final Recipe ADAMW =
        new Recipe(
            "AdamW, mixup, CutMix, average, clipping, warm-up, plateau",
            TrainingConfig.defaults()
                .withOptimizer(AdamWConfig.of(0.01))
                .withBackboneLr(0.002)
                .withSchedule(new Schedule.Warmup(1, new Schedule.Plateau(0.5, 0, 0)))
                .withObjective(Objective.crossEntropy().withMixup(0.4).withCutmix(1))
                .withUpdate(Update.everyBatch().withEmaDecay(0.8).withClipGradNorm(0.5)),
            Freezing.of(Freeze.NONE));
    static final Recipe NAMED =
        new Recipe(
            "by name, then all, frozen BatchNorm, average, class weights, patience",
            sgd()
                .withUnfreezeAt(2)
                .withPatience(3)
                .withUpdate(Update.everyBatch().withEmaDecay(0.5))
                .withObjective(Objective.crossEntropy().withClassWeights(List.of(1.0, 2.0, 3.0))),
            new Freezing(Freeze.NONE, List.of("fc.*"), true, true));
    static final Recipe FEATURES =
        new Recipe("head on features", sgd(), Freezing.of(Freeze.FEATURES));

    private static TrainingConfig sgd() {
      return TrainingConfig.defaults().withOptimizer(SgdConfig.of(0.05).withMomentum(0.9));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Combinations that have state of every kind between them. */
  static Stream<Recipe> recipes() {
    return Stream.of(Recipe.MOMENTUM, Recipe.UNFROZEN, Recipe.ADAMW, Recipe.NAMED, Recipe.FEATURES);
  }

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 6, 4);
    weights = folder.resolve("tiny.pt");
    String dropout = "return self.fc.forward(torch.dropout(x, 0.3, self.training))";
    try (Module module = TinyWorld.network("fc", "self.training", dropout)) {
      module.save(weights, Map.of());
    }
  }

  private CacheConfig caching = CacheConfig.off();

  private RunConfig config(Recipe recipe, Path out, Existing existing) {
    return new RunConfig(
        new DataConfig(data, null, Augmentation.none(), false, false, caching),
        Pretrained.of(weights),
        out,
        new ModelConfig(
            recipe.freezing, recipe.freezing.policy() == Freeze.FEATURES ? 2 : 1, null, 32),
        new LoaderConfig(4, 2, 2, 9, MemoryFormat.CHANNELS_LAST),
        recipe.training.withEpochs(4),
        new CheckpointConfig(2, Duration.ofNanos(1)), // after every step
        existing);
  }

  private static TrainingResult run(RunConfig config, TrainingListener listener) {
    return new TrainingRun(config, listener, () -> false).execute();
  }

  /**
   * Ends a run at its n-th event after features are there and before it is over; tells whether it
   * had that many.
   */
  private static boolean dies(RunConfig config, int n) {
    int[] seen = {0};
    try {
      run(
          config,
          event -> {
            boolean extracting =
                event instanceof TrainingEvent.BatchFinished batch
                    && batch.phase() == Phase.FEATURES;
            boolean over = event instanceof TrainingEvent.RunRecorded;
            if (!extracting && !over && seen[0]++ == n) {
              throw new IllegalStateException("killed");
            }
          });
      return false;
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
      return true;
    }
  }

  private static void assertSameModel(Path expected, Path actual) {
    try (Classifier one = Classifier.load(expected.resolve("model.pt"), Device.CPU);
        Classifier other = Classifier.load(actual.resolve("model.pt"), Device.CPU);
        StateDict state = StateDict.copyOf(one.module());
        StateDict same = StateDict.copyOf(other.module())) {
      state
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.contentEquals(same.tensors().get(name))).as(name).isTrue());
    }
  }

  private static List<JsonNode> metrics(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      var node = (com.fasterxml.jackson.databind.node.ObjectNode) JSON.readTree(line);
      node.remove("seconds");
      lines.add(node);
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void aRunThatDiesAgainAndAgain_isTheRunThatNeverDied(Recipe recipe) throws IOException {
    Path whole = folder.resolve("whole");
    TrainingResult expected = run(config(recipe, whole, Existing.REFUSE), event -> {});
    Path broken = folder.resolve("broken");
    var random = new Random(recipe.name().length());
    int deaths = 0;
    // At most 13 events later each time, right after a resume too.
    while (dies(config(recipe, broken, Existing.RESUME), random.nextInt(14))) {
      deaths++;
    }
    assertThat(deaths).isGreaterThan(4);
    assertThat(metrics(broken)).isEqualTo(metrics(whole)).hasSize(8);
    assertSameModel(whole, broken);
    JsonNode summary = JSON.readTree(broken.resolve("summary.json").toFile());
    assertThat(summary.path("best_epoch").asInt()).isEqualTo(expected.bestEpoch());
    assertThat(summary.path("best_val_acc").asDouble()).isEqualTo(expected.bestAccuracy());
    assertThat(broken.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aStopAnywhereLosesNothing() throws IOException {
    Path whole = folder.resolve("whole");
    run(config(Recipe.MOMENTUM, whole, Existing.REFUSE), event -> {});
    Path stopped = folder.resolve("stopped");
    var config = config(Recipe.MOMENTUM, stopped, Existing.RESUME);
    int[] batches = {0};
    TrainingListener count =
        event -> batches[0] += event instanceof TrainingEvent.BatchFinished ? 1 : 0;
    TrainingResult.Outcome outcome;
    int runs = 0;
    do {
      int end = batches[0] + 3;
      outcome = new TrainingRun(config, count, () -> batches[0] >= end).execute().outcome();
      runs++;
    } while (outcome == TrainingResult.Outcome.INTERRUPTED);
    assertThat(runs).isGreaterThan(4);
    assertThat(metrics(stopped)).isEqualTo(metrics(whole));
    assertSameModel(whole, stopped);
  }

  @Test
  void aDamagedCheckpointFallsBackToTheOneBefore_andSaysSo() throws IOException {
    Path whole = folder.resolve("whole");
    run(config(Recipe.MOMENTUM, whole, Existing.REFUSE), event -> {});
    Path run = folder.resolve("run");
    assertThat(dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20)).isTrue();
    List<Path> files = checkpoints(run);
    assertThat(files).hasSize(2);
    flipLastByte(files.get(1));
    List<TrainingEvent> events = new ArrayList<>();
    run(config(Recipe.MOMENTUM, run, Existing.RESUME), events::add);
    assertThat(events)
        .filteredOn(TrainingEvent.RunResumed.class::isInstance)
        .singleElement()
        .satisfies(
            event ->
                assertThat(((TrainingEvent.RunResumed) event).problems())
                    .singleElement()
                    .asString()
                    .contains(files.get(1).getFileName().toString(), "checksum"));
    assertThat(metrics(run)).isEqualTo(metrics(whole));
    assertSameModel(whole, run);
  }

  @Test
  void withoutAnyUsableCheckpoint_itSaysWhatToDo() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    for (Path file : checkpoints(run)) {
      Files.write(file, new byte[] {1, 2, 3});
    }
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("checkpoint-", "--overwrite");
  }

  @Test
  void aFinishedRunIsNotResumed() {
    Path run = folder.resolve("run");
    run(config(Recipe.MOMENTUM, run, Existing.REFUSE), event -> {});
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("is over", "summary.json", "--weights");
  }

  @Test
  void whereImagesAreKeptMayChange_howTheyAreShrunkMayNot() {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    caching = CacheConfig.ram().withBound(32);
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("cache-bound was \"off\", now it is 32");
    caching = CacheConfig.ram();
    run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {});
    assertThat(run.resolve("summary.json")).exists();
  }

  @Test
  void anotherConfigurationOrDataSetIsNotResumed_andTheDifferenceIsNamed() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    assertThatThrownBy(() -> run(config(Recipe.UNFROZEN, run, Existing.RESUME), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "accumulate was 1, now it is 2", "freeze was \"none\", now it is \"backbone\"");
    Files.delete(data.resolve("train/red/0.png"));
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "data-digest was", "train-images was 18, now it is 17", "--overwrite");
  }

  @Test
  void aDamagedConfigurationIsSaidToBeDamaged() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    for (String damaged : List.of("", "[]", "{", "null", "{\"epochs\": 4}")) {
      Files.writeString(run.resolve("config.json"), damaged);
      assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
          .isInstanceOf(RunException.class)
          .hasMessageContainingAll("config.json is damaged", "--overwrite");
    }
  }

  @Test
  void overwritingForgetsTheCheckpoints() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    assertThat(dies(config(Recipe.UNFROZEN, run, Existing.OVERWRITE), 2)).isTrue();
    assertThat(run.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void metricsThatAreGoneAreWrittenAgain() throws IOException {
    Path whole = folder.resolve("whole");
    run(config(Recipe.MOMENTUM, whole, Existing.REFUSE), event -> {});
    Path run = folder.resolve("run");
    assertThat(dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 40)).isTrue();
    Files.writeString(run.resolve("metrics.jsonl"), "{\"epoch\": 0, \"pha");
    run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {});
    assertThat(metrics(run)).isEqualTo(metrics(whole));
    assertSameModel(whole, run);
  }

  @Test
  void aModelThatIsGoneIsSavedAgain() throws IOException {
    Path whole = folder.resolve("whole");
    TrainingResult expected = run(config(Recipe.MOMENTUM, whole, Existing.REFUSE), event -> {});
    Path run = folder.resolve("run");
    int[] epochs = {0};
    assertThatThrownBy(
            () ->
                run(
                    config(Recipe.MOMENTUM, run, Existing.REFUSE),
                    event -> {
                      if (event instanceof TrainingEvent.EpochStarted && epochs[0]++ == 3) {
                        throw new IllegalStateException("killed");
                      }
                    }))
        .hasMessage("killed");
    Files.delete(run.resolve("model.pt"));
    TrainingResult result = run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {});
    assertThat(result.bestEpoch()).isEqualTo(expected.bestEpoch());
    assertSameModel(whole, run);
  }

  @Test
  void aModelThatIsGoneIsSavedAgain_alsoWhenTheResumedRunIsStopped() throws IOException {
    Path run = folder.resolve("run");
    assertThat(dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20)).isTrue();
    Files.delete(run.resolve("model.pt"));
    boolean[] stop = {false};
    TrainingListener asksToStop = event -> stop[0] |= event instanceof TrainingEvent.BatchFinished;
    TrainingResult result =
        new TrainingRun(config(Recipe.MOMENTUM, run, Existing.RESUME), asksToStop, () -> stop[0])
            .execute();
    assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.INTERRUPTED);
    assertThat(result.hasBest()).isTrue();
    assertThat(run.resolve("model.pt")).exists();
  }

  @Test
  void aRunWithoutCheckpointsIsNotBegunAgainUnasked_butOneInItsFirstEpochIs() throws IOException {
    Path run = folder.resolve("run");
    RunConfig without = withoutCheckpoints(config(Recipe.MOMENTUM, run, Existing.RESUME));
    assertThat(dies(without, 3)).isTrue(); // in the first epoch
    assertThat(dies(without, 25)).isTrue(); // in the third
    assertThat(run.resolve("checkpoints")).doesNotExist();
    byte[] model = Files.readAllBytes(run.resolve("model.pt"));
    assertThatThrownBy(() -> run(without, event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("no checkpoint", "--checkpoints 0", "--overwrite");
    assertThat(Files.readAllBytes(run.resolve("model.pt"))).isEqualTo(model);
  }

  @Test
  void resumedWithoutFurtherCheckpoints_itStillGoesOnWhereItWas() throws IOException {
    Path run = folder.resolve("run");
    assertThat(dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 25)).isTrue();
    List<TrainingEvent> events = new ArrayList<>();
    run(withoutCheckpoints(config(Recipe.MOMENTUM, run, Existing.RESUME)), events::add);
    assertThat(events).anyMatch(TrainingEvent.RunResumed.class::isInstance);
  }

  private static RunConfig withoutCheckpoints(RunConfig config) {
    return new RunConfig(
        config.data(),
        config.weights(),
        config.out(),
        config.model(),
        config.loader(),
        config.training(),
        new CheckpointConfig(0, Duration.ofDays(1)),
        config.existing());
  }

  @Test
  void withoutItsConfiguration_aRunIsNotResumed() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    Files.delete(run.resolve("config.json"));
    for (Existing existing : List.of(Existing.RESUME, Existing.REFUSE)) {
      assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, existing), event -> {}))
          .isInstanceOf(RunException.class)
          .hasMessageContainingAll("checkpoints", "--overwrite");
    }
  }

  @Test
  void whatIsNotTheRunsStays() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    Path mine = Files.writeString(run.resolve("checkpoints/notes.txt"), "mine");
    run(config(Recipe.MOMENTUM, run, Existing.OVERWRITE), event -> {});
    assertThat(mine).exists();
    assertThat(checkpoints(run)).containsExactly(mine);
  }

  @Test
  void aMistakeInTheSettingsWipesNothing() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    List<Path> before = checkpoints(run);
    var threeClasses =
        new Recipe(
            "two weights",
            Recipe.sgd()
                .withObjective(Objective.crossEntropy().withClassWeights(List.of(1.0, 2.0))),
            Freezing.of(Freeze.NONE));
    assertThatThrownBy(() -> run(config(threeClasses, run, Existing.OVERWRITE), event -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 class weights for 3 classes");
    assertThat(checkpoints(run)).isEqualTo(before);
  }

  @Test
  void twoProcessesDoNotWriteToOneRun() throws IOException {
    Path run = folder.resolve("run");
    boolean[] refused = {false};
    run(
        config(Recipe.MOMENTUM, run, Existing.REFUSE),
        event -> {
          if (event instanceof TrainingEvent.EpochStarted started && started.epoch() == 1) {
            assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), e -> {}))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("Another graft is writing");
            refused[0] = true;
          }
        });
    assertThat(refused[0]).isTrue();
    assertThat(run.resolve(".lock")).doesNotExist();
  }

  @Test
  void itsOwnModelIsNotWhatARunStartsFrom() throws IOException {
    Path run = folder.resolve("run");
    run(config(Recipe.MOMENTUM, run, Existing.REFUSE), event -> {});
    weights = run.resolve("model.pt");
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.OVERWRITE), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("model.pt", "another --out");
  }

  @Test
  void aRunThatWasKilledAtItsVeryEnd_leavesNoCheckpointsAfterItIsRefused() throws IOException {
    Path run = folder.resolve("run");
    dies(config(Recipe.MOMENTUM, run, Existing.REFUSE), 20);
    Files.writeString(run.resolve("summary.json"), "{}");
    assertThatThrownBy(() -> run(config(Recipe.MOMENTUM, run, Existing.RESUME), event -> {}))
        .hasMessageContaining("is over");
    assertThat(run.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void anOutputBelowAFileIsRefusedBeforeTraining() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(
            () -> run(config(Recipe.MOMENTUM, file.resolve("run"), Existing.REFUSE), event -> {}))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(file + " is a file");
  }

  private static List<Path> checkpoints(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.sorted().toList();
    }
  }

  private static void flipLastByte(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, channel.size() - 1);
      last.put(0, (byte) (last.get(0) ^ 1)).flip();
      channel.write(last, channel.size() - 1);
    }
  }
}
