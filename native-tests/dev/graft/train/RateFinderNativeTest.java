package dev.graft.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.TinyWorld;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.GraftConfig;
import dev.graft.model.Pretrained;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Precision;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RateFinderNativeTest {
  private static final Preprocessing SIZE = Preprocessing.imagenet(32);
  private static final LoaderConfig LOADER =
      new LoaderConfig(6, 2, 2, 5, MemoryFormat.CHANNELS_LAST);
  private static final RateRange RANGE = new RateRange(1e-5, 100, 60);
  private static final TrainingConfig LOOP =
      TrainingConfig.defaults()
          .withOptimizer(SgdConfig.of(0.1).withMomentum(0.9))
          .withSchedule(new Schedule.Constant())
          .withEpochs(2);

  @TempDir Path folder;
  private ImageFolders data;
  private final List<TrainingEvent> events = new ArrayList<>();

  @BeforeEach
  void draw() throws IOException {
    data = ImageFolders.open(TinyWorld.draw(folder.resolve("data"), 16, 6));
  }

  private Classifier classifier() {
    var config = new GraftConfig(data.train().classes(), SIZE, 1, null);
    return Classifier.graft(TinyWorld.network("fc"), Device.CPU, config);
  }

  private DataLoader loader() {
    return new DataLoader(data.train(), SIZE, DataLoader.Mode.TRAIN, LOADER);
  }

  private RateCurve find(TrainingConfig loop, Classifier classifier) {
    try (DataLoader train = loader()) {
      return new RateFinder(loop, RANGE, events::add, () -> false).find(classifier, train);
    }
  }

  private static Map<String, int[]> bits(Module module) {
    Map<String, int[]> bits = new TreeMap<>();
    module
        .state()
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.toFloatArray();
              int[] all = new int[values.length];
              Arrays.setAll(all, i -> Float.floatToRawIntBits(values[i]));
              bits.put(name, all);
            });
    return bits;
  }

  /** The last epoch's training loss, with a rate or its multiple. */
  private double loss(double lr) {
    List<PhaseResult> results = new ArrayList<>();
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.PhaseFinished finished) {
            results.add(finished.result());
          }
        };
    try (Classifier classifier = classifier();
        DataLoader train = loader();
        var val = new DataLoader(data.val(), SIZE, DataLoader.Mode.EVAL, LOADER)) {
      var loop = LOOP.withOptimizer(SgdConfig.of(lr).withMomentum(0.9));
      new Trainer(loop, listener, () -> false).fit(classifier, train, val);
      return results.get(2).loss();
    }
  }

  @Test
  void whatItSuggestsTrainsBetter_thanAHundredthOrAHundredfold() {
    RateCurve curve;
    try (Classifier classifier = classifier()) {
      curve = find(LOOP, classifier);
    }
    double rate = requireNonNull(curve.suggestion()).rate();

    assertThat(rate).isBetween(1e-3, 3.0);
    assertThat(curve.suggestion().lowest()).isGreaterThan(rate);
    assertThat(loss(rate)).isLessThan(loss(rate / 100) - 0.1).isLessThan(loss(rate * 100) - 0.1);
  }

  @Test
  void theNetworkStaysAsItWas_toTheBit_andTrainsAsIfNothingHadBeen() {
    List<Double> losses = new ArrayList<>();
    for (boolean searched : new boolean[] {false, true}) {
      try (Classifier classifier = classifier();
          DataLoader train = loader();
          var val = new DataLoader(data.val(), SIZE, DataLoader.Mode.EVAL, LOADER)) {
        Map<String, int[]> before = bits(classifier.module());
        if (searched) {
          find(LOOP, classifier);
        }
        assertThat(bits(classifier.module())).usingRecursiveComparison().isEqualTo(before);
        TrainingListener listener =
            event -> {
              if (event instanceof TrainingEvent.PhaseFinished finished) {
                losses.add(finished.result().loss());
              }
            };
        new Trainer(LOOP, listener, () -> false).fit(classifier, train, val);
      }
    }
    assertThat(losses.subList(0, 4)).isEqualTo(losses.subList(4, 8));
  }

  @Test
  void theFirstStepsAreTheTrainers() {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.BatchFinished batch && losses.isEmpty()) {
            losses.add(batch.meanLoss());
          }
        };
    try (Classifier classifier = classifier();
        DataLoader train = loader();
        var val = new DataLoader(data.val(), SIZE, DataLoader.Mode.EVAL, LOADER)) {
      RateCurve curve = find(LOOP, classifier);
      new Trainer(LOOP, listener, () -> false).fit(classifier, train, val);
      assertThat(curve.points().get(0).loss()).isEqualTo(losses.get(0));
    }
  }

  @Test
  void theBackboneKeepsItsShare_andAveragesOfBatchesAreSteps() {
    List<RateCurve> curves = new ArrayList<>();
    for (Double backboneLr : new Double[] {null, 0.1, 0.001}) {
      try (Classifier classifier = classifier()) {
        curves.add(find(LOOP.withBackboneLr(backboneLr), classifier));
      }
    }
    assertThat(curves.get(1)).isEqualTo(curves.get(0));
    assertThat(curves.get(2)).isNotEqualTo(curves.get(0));

    try (Classifier classifier = classifier()) {
      var halves = LOOP.withUpdate(Update.everyBatch().withAccumulate(2).withEmaDecay(0.9));
      assertThat(find(halves, classifier).points()).hasSizeBetween(30, 60);
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsIt_andTheNetworkStaysAsItWas() {
    try (Classifier classifier = classifier();
        DataLoader train = loader()) {
      Map<String, int[]> before = bits(classifier.module());
      var wild = new RateRange(1e30, 1e38, 20);
      RateCurve curve =
          new RateFinder(LOOP, wild, events::add, () -> false).find(classifier, train);

      assertThat(curve.end()).isEqualTo(RateCurve.End.NOT_FINITE);
      assertThat(curve.suggestion()).isNull();
      assertThat(bits(classifier.module())).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void anInterruptEndsIt_andTheNetworkStaysAsItWas() {
    var asked = new AtomicInteger();
    try (Classifier classifier = classifier();
        DataLoader train = loader()) {
      Map<String, int[]> before = bits(classifier.module());
      var finder = new RateFinder(LOOP, RANGE, events::add, () -> asked.incrementAndGet() > 9);

      assertThatThrownBy(() -> finder.find(classifier, train))
          .isInstanceOf(CancellationException.class);
      assertThat(events).hasSize(9);
      assertThat(bits(classifier.module())).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void aRatioToARateOfZeroIsRefused() {
    var loop = LOOP.withOptimizer(SgdConfig.of(0)).withBackboneLr(0.1);
    assertThatThrownBy(() -> new RateFinder(loop, RANGE, events::add, () -> false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lr is 0");
  }

  @ParameterizedTest
  @EnumSource(Freeze.class)
  void aSearchForARunIsTheSameEachTime_andWritesNothing(Freeze freeze) throws IOException {
    Path weights = folder.resolve("tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
    byte[] before = Files.readAllBytes(weights);
    var config =
        new RunConfig(
            DataConfig.of(folder.resolve("data")),
            Pretrained.of(weights),
            folder.resolve("run"),
            new ModelConfig(Freezing.of(freeze), 1, null, 32),
            LOADER,
            LOOP.withPrecision(freeze == Freeze.NONE ? Precision.BF16 : Precision.FP32),
            CheckpointConfig.defaults(),
            Existing.REFUSE);

    RateCurve first = new RateSearch(config, RANGE, events::add, () -> false).execute();
    RateCurve second = new RateSearch(config, RANGE, events::add, () -> false).execute();

    assertThat(second).isEqualTo(first);
    assertThat(first.suggestion()).isNotNull();
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(Files.readAllBytes(weights)).isEqualTo(before);
    assertThat(events).hasAtLeastOneElementOfType(TrainingEvent.RunStarted.class);
  }
}
