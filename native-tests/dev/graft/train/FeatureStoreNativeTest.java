package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.TinyWorld;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.image.ColorJitter;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import dev.graft.train.TrainingEvent.FeaturesFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that are kept between runs: what is found again, what must not be. */
class FeatureStoreNativeTest {
  private static final int TRAIN = 18;
  private static final int VAL = 12;

  @TempDir Path folder;
  private Path data;
  private Path weights;
  private Path cache;
  private int runs;

  // What a run is made of; each test changes some of it.
  private CacheConfig caching;
  private Augmentation augmentation = Augmentation.none();
  private int views = 2;
  private int imageSize = 32;
  private LoaderConfig loader = new LoaderConfig(4, 2, 2, 9, MemoryFormat.CHANNELS_LAST);
  private TrainingConfig training =
      TrainingConfig.defaults().withEpochs(3).withOptimizer(SgdConfig.of(0.05).withMomentum(0.9));

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 6, 4);
    weights = folder.resolve("tiny.pt");
    cache = folder.resolve("cache");
    caching = CacheConfig.disk(cache);
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  /** What a run did: how many views it computed, what it found and said, and what came out. */
  private record Done(
      int computed,
      List<FeaturesFound> found,
      List<String> warnings,
      List<Double> losses,
      Path out) {
    FeaturesFound only() {
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private Done run() {
    return run(event -> {});
  }

  private Done run(TrainingListener more) {
    Path out = folder.resolve("run" + runs++);
    var config =
        new RunConfig(
            new DataConfig(data, null, augmentation, false, false, caching),
            Pretrained.of(weights),
            out,
            new ModelConfig(Freezing.of(Freeze.FEATURES), views, null, imageSize),
            loader,
            training,
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    List<TrainingEvent> events = new ArrayList<>();
    new TrainingRun(config, TrainingListener.all(events::add, more), () -> false).execute();
    int computed =
        all(events, TrainingEvent.BatchFinished.class).stream()
            .filter(batch -> batch.phase() == Phase.FEATURES)
            .mapToInt(TrainingEvent.BatchFinished::images)
            .max()
            .orElse(0);
    return new Done(
        computed,
        all(events, FeaturesFound.class),
        all(events, TrainingEvent.Warning.class).stream()
            .map(TrainingEvent.Warning::message)
            .toList(),
        all(events, TrainingEvent.PhaseFinished.class).stream()
            .map(finished -> finished.result().loss())
            .toList(),
        out);
  }

  private static <T> List<T> all(List<TrainingEvent> events, Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static void assertSameModel(Done a, Done b) {
    assertThat(a.losses()).isEqualTo(b.losses());
    try (Classifier one = Classifier.load(a.out().resolve("model.pt"), Device.CPU);
        Classifier other = Classifier.load(b.out().resolve("model.pt"), Device.CPU)) {
      one.module()
          .namedParameters()
          .forEach(
              (name, value) ->
                  assertThat(value.contentEquals(other.module().parameter(name)))
                      .as(name)
                      .isTrue());
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> found = Files.walk(cache)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  private static FeaturesFound found(int train, int views, int val, Path cache) {
    return new FeaturesFound(train, views * TRAIN, val, VAL, cache);
  }

  @Test
  void theNextRunComputesNothing_andEndsWithTheSameBits() {
    caching = CacheConfig.off();
    Done without = run();
    caching = CacheConfig.disk(cache);
    Done first = run();
    Done second = run();

    assertThat(without.found()).isEmpty();
    assertThat(first.only()).isEqualTo(found(0, 2, 0, cache));
    assertThat(first.computed()).isEqualTo(2 * TRAIN + VAL);
    assertThat(second.only()).isEqualTo(found(2 * TRAIN, 2, VAL, cache));
    assertThat(second.computed()).isZero();
    assertSameModel(without, first);
    assertSameModel(without, second);
  }

  @Test
  void otherLearningSettingsComputeNothing() {
    views = 1;
    run();
    loader = loader.withBatchSize(17).withSeed(4).withWorkers(0);
    training = training.withEpochs(2).withOptimizer(SgdConfig.of(0.5));
    assertThat(run().only()).isEqualTo(found(TRAIN, 1, VAL, cache));
  }

  @Test
  void newImagesAloneAreComputed_evenWhereTheyMoveTheOthers() throws IOException {
    Path late = data.resolve("train/blue/0.png");
    byte[] image = Files.readAllBytes(late);
    Files.delete(late);
    Done first = run();
    Files.write(late, image);
    Done second = run();

    assertThat(first.computed()).isEqualTo(2 * (TRAIN - 1) + VAL);
    assertThat(second.only()).isEqualTo(found(2 * (TRAIN - 1), 2, VAL, cache));
    assertThat(second.computed()).isEqualTo(2);
    caching = CacheConfig.off();
    assertSameModel(run(), second);
  }

  @Test
  void aMovedDataSetIsFoundAgain() throws IOException {
    run();
    Path moved = folder.resolve("moved");
    Files.move(data, moved);
    data = moved;
    assertThat(run().computed()).isZero();
  }

  @Test
  void aFileWithAnotherContentIsComputedAgain() throws IOException {
    run();
    Files.copy(
        data.resolve("val/red/8.png"),
        data.resolve("train/blue/2.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Done changed = run();
    // Its evaluation view is known from val.
    assertThat(changed.only()).isEqualTo(found(2 * TRAIN - 1, 2, VAL, cache));
    assertThat(changed.computed()).isEqualTo(1);
  }

  @Test
  void aFileThatChangesDuringTheRunIsKeptUnderWhatWasReallyRead() throws IOException {
    Path file = data.resolve("train/blue/2.png");
    byte[] before = Files.readAllBytes(file);
    byte[] other = Files.readAllBytes(data.resolve("train/red/2.png"));
    run(
        event -> {
          if (event instanceof TrainingEvent.RunStarted) { // the check is over
            write(file, other);
          }
        });
    write(file, before);
    assertThat(run().only()).isEqualTo(found(2 * TRAIN - 2, 2, VAL, cache));
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void otherWeightsFindNothing() {
    run();
    try (Module module = TinyWorld.network("fc")) {
      module.parameter("bn.weight").fill(2);
      module.save(weights, Map.of());
    }
    assertThat(run().only()).isEqualTo(found(0, 2, 0, cache));
  }

  @Test
  void anotherHeadsNameFindsNothing() {
    run();
    try (Module module = TinyWorld.network("classifier")) {
      module.save(weights, Map.of());
    }
    assertThat(run().only()).isEqualTo(found(0, 2, 0, cache));
  }

  @ParameterizedTest
  @ValueSource(strings = {"image size", "precision", "memory format", "threads"})
  void whatChangesEveryFeatureFindsNothing(String what) {
    run();
    int threads = NativeRuntime.threads();
    switch (what) {
      case "image size" -> imageSize = 40;
      case "precision" -> training = training.withPrecision(Precision.BF16);
      case "threads" -> NativeRuntime.setThreads(threads + 1);
      default -> loader = loader.withMemoryFormat(MemoryFormat.CONTIGUOUS);
    }
    try {
      Done other = run();
      assertThat(other.only()).isEqualTo(found(0, 2, 0, cache));
      assertThat(other.computed()).isEqualTo(2 * TRAIN + VAL);
    } finally {
      NativeRuntime.setThreads(threads);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "rotation", "jitter"})
  void whatChangesTrainingViewsFindsTheOthersAlone(String what) {
    run();
    switch (what) {
      case "seed" -> loader = loader.withSeed(10);
      case "rotation" -> augmentation = new Augmentation(5, ColorJitter.none());
      default -> augmentation = new Augmentation(0, new ColorJitter(0.1, 0, 0, 0));
    }
    Done other = run();
    assertThat(other.only()).isEqualTo(found(TRAIN, 2, VAL, cache));
    assertThat(other.computed()).isEqualTo(TRAIN);
    caching = CacheConfig.off();
    assertSameModel(run(), other);
  }

  @Test
  void aBoundChangesTrainingViewsAlone() {
    run();
    caching = caching.withBound(36);
    assertThat(run().only()).isEqualTo(found(TRAIN, 2, VAL, cache));
  }

  @Test
  void moreViewsComputeTheNewOnesAlone() {
    run();
    views = 3;
    Done more = run();
    assertThat(more.only()).isEqualTo(found(2 * TRAIN, 3, VAL, cache));
    assertThat(more.computed()).isEqualTo(TRAIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a byte", "half of it", "text", "nothing", "a folder"})
  void aDamagedFileIsToldAndReplaced(String left) throws IOException {
    Done first = run();
    for (Path file : files()) {
      damage(file, left);
    }
    Done second = run();
    assertThat(second.warnings()).isNotEmpty().allMatch(note -> note.contains(cache.toString()));
    assertThat(second.computed()).isEqualTo(2 * TRAIN + VAL);
    assertSameModel(first, second);
    Done third = run();
    assertThat(third.computed()).isZero();
    assertThat(third.warnings()).isEmpty();
  }

  private static void damage(Path file, String left) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (left) {
      case "a byte" -> {
        bytes[bytes.length - 40] ^= 1;
        Files.write(file, bytes);
      }
      case "half of it" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case "text" -> Files.writeString(file, "no features");
      case "nothing" -> Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
      default -> {
        Files.delete(file);
        Files.createDirectory(file);
      }
    }
  }

  @Test
  void aFileOfAnotherBackboneIsNotUsed() throws IOException {
    run();
    Path first = files().get(0).getParent();
    List<Path> old = files();
    imageSize = 40;
    run();
    Path other = files().stream().filter(f -> !f.startsWith(first)).findAny().orElseThrow();
    for (Path file : old) {
      Files.copy(file, other.resolveSibling(file.getFileName()));
    }
    for (Path file : files()) {
      if (!file.startsWith(first)
          && !old.stream().anyMatch(o -> o.getFileName().equals(file.getFileName()))) {
        Files.delete(file);
      }
    }
    Done again = run();
    assertThat(again.only()).isEqualTo(found(0, 2, 0, cache));
    assertThat(again.warnings()).isNotEmpty().allMatch(note -> note.contains("another backbone"));
  }

  @Test
  void aCacheThatCannotBeWrittenIsToldOnce_andEndsNothing() throws IOException {
    Files.writeString(cache, "a file");
    Done first = run();
    assertThat(first.warnings()).singleElement().asString().contains(cache.toString(), "goes on");
    assertThat(first.out().resolve("model.pt")).exists();
    assertThat(Files.readString(cache)).isEqualTo("a file");
  }

  @Test
  void whatAStoppedRunComputedIsKept() {
    assertThatThrownBy(
            () ->
                run(
                    event -> {
                      if (event instanceof TrainingEvent.BatchFinished batch
                          && batch.phase() == Phase.FEATURES
                          && batch.images() > 20) {
                        throw new CancellationException("enough");
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    Done second = run();
    assertThat(second.only()).isEqualTo(found(TRAIN, 2, 0, cache));
    assertThat(second.computed()).isEqualTo(TRAIN + VAL);
  }
}
