package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoded images that a run keeps: they change nothing but the time it takes. */
class CachedImagesNativeTest {
  private static final int IMAGES = 30;

  @TempDir Path folder;
  private Path data;
  private Path weights;
  private Path cache;
  private int runs;

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 6, 4);
    weights = folder.resolve("tiny.pt");
    cache = folder.resolve("cache");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private record Done(List<TrainingEvent> events, Path model) {
    List<Double> losses() {
      return all(TrainingEvent.PhaseFinished.class).stream()
          .map(finished -> finished.result().loss())
          .toList();
    }

    <T> List<T> all(Class<T> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    TrainingEvent.ImagesKept kept() {
      assertThat(all(TrainingEvent.ImagesKept.class)).hasSize(1);
      return all(TrainingEvent.ImagesKept.class).get(0);
    }
  }

  private Done run(CacheConfig caching) {
    return run(caching, event -> {});
  }

  private Done run(CacheConfig caching, TrainingListener more) {
    Path out = folder.resolve("run" + runs++);
    var augmentation = new Augmentation(5, new ColorJitter(0.1, 0.1, 0, 0));
    var config =
        new RunConfig(
            new DataConfig(data, null, augmentation, false, false, caching),
            Pretrained.of(weights),
            out,
            new ModelConfig(Freezing.of(Freeze.NONE), 1, null, 32),
            new LoaderConfig(4, 2, 2, 9, MemoryFormat.CHANNELS_LAST),
            TrainingConfig.defaults()
                .withEpochs(3)
                .withOptimizer(SgdConfig.of(0.05).withMomentum(0.9)),
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    List<TrainingEvent> events = new ArrayList<>();
    new TrainingRun(config, TrainingListener.all(events::add, more), () -> false).execute();
    return new Done(events, out.resolve("model.pt"));
  }

  private static void assertSame(Done a, Done b) {
    assertThat(a.losses()).hasSize(6).isEqualTo(b.losses());
    try (Classifier one = Classifier.load(a.model(), Device.CPU);
        Classifier other = Classifier.load(b.model(), Device.CPU)) {
      one.module()
          .namedParameters()
          .forEach(
              (name, value) ->
                  assertThat(value.contentEquals(other.module().parameter(name)))
                      .as(name)
                      .isTrue());
    }
  }

  @Test
  void aRunEndsWithTheSameBits_whateverIsKept() {
    Done without = run(CacheConfig.off());
    assertThat(without.all(TrainingEvent.ImagesKept.class)).isEmpty();
    for (CacheConfig all : new CacheConfig[] {CacheConfig.ram(), CacheConfig.disk(cache)}) {
      Done with = run(all);
      assertThat(with.kept())
          .isEqualTo(
              new TrainingEvent.ImagesKept(
                  IMAGES, IMAGES, IMAGES * 48 * 40 * 3, all.folder(), null));
      assertSame(without, with);
      Done some = run(all.withLimit(50_000));
      assertThat(some.kept().kept()).isEqualTo(8);
      assertSame(without, some);
    }
  }

  @Test
  void aBoundChangesTheRun_butTheCacheDoesNot() {
    Done whole = run(CacheConfig.off());
    Done bound = run(CacheConfig.off().withBound(36));
    assertThat(bound.losses()).isNotEqualTo(whole.losses());
    for (CacheConfig with : new CacheConfig[] {CacheConfig.ram(), CacheConfig.disk(cache)}) {
      Done kept = run(with.withBound(36));
      // Training images are kept as 43 by 36 pixels, validation images as they are.
      assertThat(kept.kept().bytes()).isEqualTo(18 * 43 * 36 * 3 + 12 * 48 * 40 * 3);
      assertSame(bound, kept);
      assertSame(bound, run(with.withBound(36).withLimit(50_000)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ram", "disk"})
  void keptImagesAreNotReadAgain_andTheFileIsGoneAtTheEnd(String mode) throws IOException {
    Done done =
        run(
            mode.equals("ram") ? CacheConfig.ram() : CacheConfig.disk(cache),
            event -> {
              if (event instanceof TrainingEvent.RunStarted) { // the check is over
                deleteImages();
              }
            });
    assertThat(done.losses()).hasSize(6);
    assertThat(done.model()).exists();
    if (Files.exists(cache)) {
      try (Stream<Path> left = Files.walk(cache)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  private void deleteImages() {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsToldAndEndsNothing() throws IOException {
    Files.writeString(cache, "a file");
    Done done = run(CacheConfig.disk(cache));
    assertThat(done.all(TrainingEvent.Warning.class))
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning.message())
                    .contains("Cannot keep decoded images", cache.toString(), "--cache-dir"));
    assertSame(run(CacheConfig.off()), done);
  }
}
