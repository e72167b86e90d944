package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig.ModelConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterTest {
  @Test
  void lossIsWeightedByBatchSize_andAccuracyCountsImages() {
    var meter = new Meter(3, Phase.VAL);
    meter.add(1.0, new long[] {0, 1, 1, 0}, new long[] {0, 1, 0, 0});
    meter.add(4.0, new long[] {1}, new long[] {0});
    PhaseResult result = meter.result(0.01, meter.counts(Ranks.single()));
    assertThat(result.loss()).isCloseTo((4 * 1.0 + 1 * 4.0) / 5, within(1e-12));
    assertThat(result.accuracy()).isEqualTo(3 / 5.0);
    assertThat(result.images()).isEqualTo(5);
    assertThat(result.epoch()).isEqualTo(3);
  }

  @Test
  void configurationsRefuseWhatCannotRun() {
    var config = TrainingConfig.defaults();
    assertThatThrownBy(() -> config.withEpochs(0)).hasMessageContaining("epochs is 0");
    assertThatThrownBy(() -> config.withPatience(0)).hasMessageContaining("patience is 0");
    assertThatThrownBy(() -> config.withUnfreezeAt(25)).hasMessageContaining("from 1 to 24");
    assertThatThrownBy(() -> config.withBackboneLr(-1.0)).hasMessageContaining("backbone-lr is -1");
    assertThatThrownBy(() -> Update.everyBatch().withAccumulate(0)).hasMessageContaining("is 0");
    assertThatThrownBy(() -> Update.everyBatch().withClipGradNorm(0.0))
        .hasMessageContaining("clip-grad-norm is 0.0");
    assertThatThrownBy(() -> Update.everyBatch().withEmaDecay(1.0))
        .hasMessageContaining("ema-decay is 1.0");
    assertThatThrownBy(() -> Objective.crossEntropy().withLabelSmoothing(1.1))
        .hasMessageContaining("label-smoothing is 1.1");
    assertThatThrownBy(() -> Objective.crossEntropy().withClassWeights(List.of(1.0, 0.0)))
        .hasMessageContaining("[1.0, 0.0]");
    assertThatThrownBy(() -> Objective.crossEntropy().withMixup(-1)).hasMessageContaining("mixup");
    assertThatThrownBy(() -> new ModelConfig(Freezing.of(Freeze.NONE), 2, null, 224))
        .hasMessageContaining("--freeze features");
    assertThatThrownBy(() -> new ModelConfig(Freezing.of(Freeze.NONE), 1, null, 31))
        .hasMessageContaining("between 32 and 2048");
    assertThatThrownBy(() -> Freezing.of(Freeze.BACKBONE).withTrainable(List.of("fc.*")))
        .hasMessageContaining("backbone");
    assertThatThrownBy(() -> Freezing.of(Freeze.NONE).withUnfreezesLater(true))
        .hasMessageContaining("Nothing is frozen");
    assertThatThrownBy(() -> Freezing.of(Freeze.FEATURES).withUnfreezesLater(true))
        .hasMessageContaining("freeze backbone");
  }

  @Test
  void defaultsAreTheTutorials() {
    var config = TrainingConfig.defaults();
    assertThat(config.epochs()).isEqualTo(25);
    assertThat(config.optimizer()).isEqualTo(new SgdConfig(0.001, 0.9, 0, 0, false));
    assertThat(config.schedule()).isEqualTo(new Schedule.Step(7, 0.1));
    assertThat(config.objective()).isEqualTo(new Objective(0, List.of(), 0, 0));
    assertThat(config.update()).isEqualTo(new Update(1, null, null));
  }
}
