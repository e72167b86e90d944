package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.TinyWorld;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerNativeTest {
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(32);
  private static final LoaderConfig LOADER =
      new LoaderConfig(6, 2, 2, 5, MemoryFormat.CHANNELS_LAST);

  @TempDir Path folder;
  private ImageFolders data;
  private final List<TrainingEvent> events = new ArrayList<>();

  @BeforeEach
  void draw() throws IOException {
    data = ImageFolders.open(TinyWorld.draw(folder, 12, 8));
  }

  private Classifier classifier() {
    var config = new GraftConfig(data.train().classes(), PREPROCESSING, 1, null);
    return Classifier.graft(TinyWorld.network("fc"), Device.CPU, config);
  }

  private TrainingResult fit(
      Classifier classifier, TrainingConfig config, TrainingListener extra, BooleanSupplier stop) {
    TrainingListener listener = TrainingListener.all(events::add, extra);
    try (var train = new DataLoader(data.train(), PREPROCESSING, DataLoader.Mode.TRAIN, LOADER);
        var val = new DataLoader(data.val(), PREPROCESSING, DataLoader.Mode.EVAL, LOADER)) {
      return new Trainer(config, listener, stop).fit(classifier, train, val);
    }
  }

  private double valAccuracy(Classifier classifier) {
    try (var val = new DataLoader(data.val(), PREPROCESSING, DataLoader.Mode.EVAL, LOADER)) {
      return Evaluator.evaluate(classifier, val, Device.CPU, Precision.FP32, () -> false)
          .accuracy();
    }
  }

  private List<PhaseResult> phases() {
    return events.stream()
        .filter(TrainingEvent.PhaseFinished.class::isInstance)
        .map(event -> ((TrainingEvent.PhaseFinished) event).result())
        .toList();
  }

  private static TrainingConfig config(int epochs, double lr, int stepSize, double gamma) {
    return TrainingConfig.defaults()
        .withEpochs(epochs)
        .withOptimizer(SgdConfig.of(lr).withMomentum(0.9))
        .withSchedule(new Schedule.Step(stepSize, gamma));
  }

  @Test
  void learnsWhatCanBeLearned() {
    try (Classifier classifier = classifier()) {
      var result = fit(classifier, config(12, 0.1, 8, 0.1), event -> {}, () -> false);
      assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
      assertThat(result.bestAccuracy()).isGreaterThan(0.9);
      assertThat(valAccuracy(classifier)).isEqualTo(result.bestAccuracy());
    }
  }

  @Test
  void eachEpochTrainsThenValidates_atTheSchedulersRate() {
    try (Classifier classifier = classifier()) {
      fit(classifier, config(5, 0.01, 2, 0.5), event -> {}, () -> false);
    }
    assertThat(phases())
        .extracting(PhaseResult::epoch)
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    assertThat(phases())
        .extracting(PhaseResult::phase)
        .containsExactly(
            Phase.TRAIN,
            Phase.VAL,
            Phase.TRAIN,
            Phase.VAL,
            Phase.TRAIN,
            Phase.VAL,
            Phase.TRAIN,
            Phase.VAL,
            Phase.TRAIN,
            Phase.VAL);
    assertThat(phases())
        .extracting(PhaseResult::lr)
        .containsExactly(0.01, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005, 0.005, 0.0025, 0.0025);
    assertThat(phases()).extracting(PhaseResult::images).containsOnly(36, 24);
  }

  @Test
  void restoresBestParametersAndBuffers_afterWorseEpochs() {
    try (Classifier classifier = classifier()) {
      List<StateDict> states = new ArrayList<>();
      TrainingListener remember =
          event -> {
            if (event instanceof TrainingEvent.PhaseFinished finished
                && finished.result().phase() == Phase.VAL) {
              states.add(StateDict.copyOf(classifier.module()));
            }
          };
      // The rate jumps a thousandfold after each epoch: what was learned is soon destroyed.
      var result = fit(classifier, config(4, 0.05, 1, 1000), remember, () -> false);
      List<PhaseResult> val = phases().stream().filter(p -> p.phase() == Phase.VAL).toList();
      assertThat(result.bestEpoch()).isLessThan(val.size() - 1);
      assertThat(val.get(val.size() - 1).accuracy()).isLessThan(result.bestAccuracy());

      StateDict best = states.get(result.bestEpoch());
      StateDict last = states.get(states.size() - 1);
      for (String parameter : List.of("fc.weight", "fc.bias", "bn.weight", "bn.bias")) {
        assertThat(
                classifier
                    .module()
                    .parameter(parameter)
                    .contentEquals(best.tensors().get(parameter)))
            .as(parameter)
            .isTrue();
      }
      for (String buffer : List.of("bn.running_mean", "bn.running_var")) {
        assertThat(classifier.module().buffer(buffer).contentEquals(best.tensors().get(buffer)))
            .as(buffer)
            .isTrue();
        assertThat(last.tensors().get(buffer).contentEquals(best.tensors().get(buffer)))
            .as("the buffers moved on, so restoring them shows: " + buffer)
            .isFalse();
      }
      assertThat(classifier.module().isTraining()).isFalse();
      states.forEach(StateDict::close);
    }
  }

  private static PhaseResult val(int epoch, double accuracy) {
    return new PhaseResult(epoch, Phase.VAL, 1, accuracy, 0.1, 10, 1);
  }

  @Test
  void bestMeansStrictlyBetter_soTheFirstOfEqualsStays() {
    try (Classifier classifier = classifier();
        BestWeights best = new BestWeights(classifier.module())) {
      Tensor bias = classifier.module().parameter("fc.bias");
      double[] accuracies = {0.5, 0.5, 0.7, 0.7, 0.6};
      boolean[] kept = {true, false, true, false, false};
      for (int epoch = 0; epoch < accuracies.length; epoch++) {
        bias.fill(epoch);
        assertThat(best.offer(val(epoch, accuracies[epoch]))).isEqualTo(kept[epoch]);
      }
      best.restore();
      assertThat(best.epoch()).isEqualTo(2);
      assertThat(bias.toFloatArray()).containsOnly(2);
    }
  }

  @Test
  void sameSeedSameNumbers() {
    for (int run = 0; run < 2; run++) {
      try (Classifier classifier = classifier()) {
        fit(classifier, config(2, 0.05, 7, 0.1), event -> {}, () -> false);
      }
    }
    List<PhaseResult> all = phases();
    assertThat(all.subList(0, 4))
        .usingRecursiveComparison()
        .ignoringFields("seconds")
        .isEqualTo(all.subList(4, 8));
  }

  @Test
  void aStopAfterTheLastValidationBatchLosesNoEpoch() {
    try (Classifier classifier = classifier()) {
      BooleanSupplier tenth =
          () -> events.stream().filter(TrainingEvent.BatchFinished.class::isInstance).count() >= 10;
      var result = fit(classifier, config(5, 0.05, 7, 0.1), event -> {}, tenth);
      assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.INTERRUPTED);
      assertThat(result.bestEpoch()).isEqualTo(0);
    }
  }

  @Test
  void stopsAfterTheCurrentBatchWithTheBestSoFar() {
    try (Classifier classifier = classifier()) {
      // 6 training batches and 4 of validation an epoch: this is the third batch of epoch 1.
      BooleanSupplier thirteenth =
          () -> events.stream().filter(TrainingEvent.BatchFinished.class::isInstance).count() >= 13;
      var result = fit(classifier, config(5, 0.05, 7, 0.1), event -> {}, thirteenth);
      assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.INTERRUPTED);
      assertThat(result.bestEpoch()).isEqualTo(0);
      assertThat(phases()).hasSize(2);
      assertThat(valAccuracy(classifier)).isEqualTo(result.bestAccuracy());
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsTheRun_namesTheBatchAndKeepsTheBest() {
    try (Classifier classifier = classifier()) {
      var result = fit(classifier, config(6, 0.05, 1, 1e20), event -> {}, () -> false);
      assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.DIVERGED);
      assertThat(result.message())
          .containsPattern("The loss is (NaN|Infinity) in epoch \\d, (train|val) batch \\d")
          .contains(".png")
          .contains("--lr");
      assertThat(result.hasBest()).isTrue();
      assertThat(valAccuracy(classifier)).isEqualTo(result.bestAccuracy());
    }
  }
}
