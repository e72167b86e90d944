package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.TinyWorld;
import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.torch.AdamWConfig;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Optimizer;
import dev.graft.torch.ParameterGroup;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer's steps are those that a loop written out for each option takes, bit for bit. */
class TrainerStepNativeTest {
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(32);
  private static final LoaderConfig LOADER =
      new LoaderConfig(6, 2, 2, 5, MemoryFormat.CHANNELS_LAST);
  private static final TrainingConfig PLAIN =
      TrainingConfig.defaults()
          .withEpochs(1)
          .withOptimizer(SgdConfig.of(0.05).withMomentum(0.9))
          .withSchedule(new Schedule.Constant());

  @TempDir Path folder;
  private ImageFolders data;

  /** The part of a step between the forward pass's inputs and the gradients, and what follows. */
  interface Step {
    void take(Classifier classifier, Batch batch, Optimizer optimizer);
  }

  @BeforeEach
  void draw() throws IOException {
    data = ImageFolders.open(TinyWorld.draw(folder, 12, 8));
  }

  private Classifier classifier() {
    var config = new GraftConfig(data.train().classes(), PREPROCESSING, 1, null);
    return Classifier.graft(TinyWorld.network("fc"), Device.CPU, config);
  }

  private DataLoader loader() {
    return new DataLoader(data.train(), PREPROCESSING, DataLoader.Mode.TRAIN, LOADER);
  }

  private static Map<String, List<Float>> parameters(Classifier classifier) {
    Map<String, List<Float>> values = new TreeMap<>();
    classifier
        .module()
        .namedParameters()
        .forEach(
            (name, tensor) -> {
              List<Float> list = new ArrayList<>();
              for (float value : tensor.toFloatArray()) {
                list.add(value);
              }
              values.put(name, list);
            });
    return values;
  }

  private Map<String, List<Float>> trained(TrainingConfig config, List<PhaseResult> phases) {
    TrainingListener listener =
        event -> {
          if (event instanceof TrainingEvent.PhaseFinished finished) {
            phases.add(finished.result());
          }
        };
    try (Classifier classifier = classifier();
        DataLoader train = loader();
        var val = new DataLoader(data.val(), PREPROCESSING, DataLoader.Mode.EVAL, LOADER)) {
      new Trainer(config, listener, () -> false).fit(classifier, train, val);
      return parameters(classifier);
    }
  }

  private Map<String, List<Float>> byHand(TrainingConfig config, Step step) {
    try (Classifier classifier = classifier();
        DataLoader train = loader();
        Optimizer optimizer =
            config
                .optimizer()
                .create(
                    List.of(
                        new ParameterGroup(
                            classifier.trainableParameters(), config.optimizer().lr())));
        Batches batches = train.epoch(0)) {
      classifier.train();
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          optimizer.zeroGrad();
          step.take(classifier, batch, optimizer);
        }
      }
      return parameters(classifier);
    }
  }

  private static void plain(Classifier classifier, Batch batch, Optimizer optimizer) {
    try (Tensor logits = classifier.forward(batch.inputs());
        Tensor loss = Functional.crossEntropy(logits, batch.labels())) {
      loss.backward();
    }
    optimizer.step();
  }

  /** The trainer gives what the steps by hand give, and not what plain ones do. */
  private void assertSteps(TrainingConfig config, Step step) {
    Map<String, List<Float>> trained = trained(config, new ArrayList<>());
    assertThat(trained).isEqualTo(byHand(config, step));
    assertThat(trained).isNotEqualTo(byHand(PLAIN, TrainerStepNativeTest::plain));
  }

  @Test
  void withoutOptions_stepsAreTheTutorials() {
    assertThat(trained(PLAIN, new ArrayList<>()))
        .isEqualTo(byHand(PLAIN, TrainerStepNativeTest::plain));
  }

  @Test
  void clipsTheGradientsBeforeEachStep() {
    assertSteps(
        PLAIN.withUpdate(Update.everyBatch().withClipGradNorm(0.05)),
        (classifier, batch, optimizer) -> {
          try (Tensor logits = classifier.forward(batch.inputs());
              Tensor loss = Functional.crossEntropy(logits, batch.labels())) {
            loss.backward();
          }
          Functional.clipGradNorm(classifier.trainableParameters(), 0.05);
          optimizer.step();
        });
  }

  @Test
  void smoothsAndWeighsTheLabelsInTraining_notInValidation() {
    var objective =
        Objective.crossEntropy().withLabelSmoothing(0.3).withClassWeights(List.of(1.0, 4.0, 2.0));
    assertSteps(
        PLAIN.withObjective(objective),
        (classifier, batch, optimizer) -> {
          try (Tensor logits = classifier.forward(batch.inputs());
              Tensor weights = Tensor.copyOf(new float[] {1, 4, 2}, 3);
              Tensor loss = Functional.crossEntropy(logits, batch.labels(), weights, 0.3)) {
            loss.backward();
          }
          optimizer.step();
        });
    // A step of rate 0 leaves the weights alone, so only the loss itself can differ.
    List<PhaseResult> with = new ArrayList<>();
    List<PhaseResult> without = new ArrayList<>();
    var still = PLAIN.withOptimizer(SgdConfig.of(0));
    trained(still.withObjective(objective), with);
    trained(still, without);
    assertThat(with.get(0).loss()).isNotCloseTo(without.get(0).loss(), within(1e-3));
    assertThat(with.get(1).loss()).isEqualTo(without.get(1).loss());
  }

  @Test
  void stepsAsAdamw() {
    assertSteps(
        PLAIN.withOptimizer(AdamWConfig.of(0.01).withWeightDecay(0.1)),
        TrainerStepNativeTest::plain);
  }

  @Test
  void trainsOnMixedBatches() {
    TrainingConfig config = PLAIN.withObjective(Objective.crossEntropy().withMixup(0.4));
    assertSteps(
        config,
        (classifier, batch, optimizer) -> {
          try (TrainingState state = new TrainingState(classifier, config);
              Mixture mixed =
                  Mixture.of(
                      config.objective(),
                      batch.inputs(),
                      batch.labels(),
                      3,
                      state.random(batch.index()));
              Tensor logits = classifier.forward(mixed.inputs());
              Tensor loss = Functional.crossEntropy(logits, mixed.targets(), null, 0)) {
            loss.backward();
          }
          optimizer.step();
        });
  }

  private List<Double> rates(int epochs, double lr, Schedule schedule) {
    List<PhaseResult> phases = new ArrayList<>();
    trained(
        PLAIN.withEpochs(epochs).withOptimizer(SgdConfig.of(lr)).withSchedule(schedule), phases);
    return phases.stream()
        .filter(result -> result.phase() == Phase.TRAIN)
        .map(PhaseResult::lr)
        .toList();
  }

  @Test
  void epochsHaveTheRatesOfTheirSchedule() {
    assertThat(rates(4, 0.08, new Schedule.Cosine(4, 0)))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(0.08, 0.04 * (1 + Math.sqrt(0.5)), 0.04, 0.04 * (1 - Math.sqrt(0.5)));
    assertThat(rates(4, 0.1, new Schedule.Warmup(2, 0.5, new Schedule.Step(1, 0.1))))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(0.05, 0.075, 0.1, 0.01);
  }

  @Test
  void thePlateauListensToTheValidationLoss() {
    List<PhaseResult> phases = new ArrayList<>();
    var schedule = new Schedule.Plateau(0.5, 0, 0);
    trained(PLAIN.withEpochs(8).withOptimizer(SgdConfig.of(2)).withSchedule(schedule), phases);
    double rate = 2;
    double best = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < 8; epoch++) {
      assertThat(phases.get(2 * epoch).lr()).as("epoch %d", epoch).isEqualTo(rate);
      double loss = phases.get(2 * epoch + 1).loss();
      if (loss < best * (1 - 1e-4)) { // PyTorch's relative threshold
        best = loss;
      } else {
        rate /= 2;
      }
    }
    assertThat(rate).isBetween(2.0 / 128, 1.0); // it fell, but not each time
  }
}
