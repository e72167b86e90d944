package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.model.Freeze;
import dev.graft.torch.SgdConfig;
import org.junit.jupiter.api.Test;

class MeterTest {
  @Test
  void lossIsWeightedByBatchSize_andAccuracyCountsImages() {
    var meter = new Meter(3, Phase.VAL);
    meter.add(1.0, new long[] {0, 1, 1, 0}, new long[] {0, 1, 0, 0});
    meter.add(4.0, new long[] {1}, new long[] {0});
    PhaseResult result = meter.result(0.01);
    assertThat(result.loss()).isCloseTo((4 * 1.0 + 1 * 4.0) / 5, within(1e-12));
    assertThat(result.accuracy()).isEqualTo(3 / 5.0);
    assertThat(result.images()).isEqualTo(5);
    assertThat(result.epoch()).isEqualTo(3);
  }

  @Test
  void configurationsRefuseWhatCannotRun() {
    var config = TrainingConfig.defaults();
    assertThatThrownBy(() -> config.withEpochs(0)).hasMessageContaining("epochs is 0");
    assertThatThrownBy(() -> new TrainingConfig(1, config.sgd(), 0, 0.1, config.device()))
        .hasMessageContaining("step size is 0");
    assertThatThrownBy(() -> new TrainingConfig(1, config.sgd(), 7, Double.NaN, config.device()))
        .hasMessageContaining("gamma is NaN");
    assertThatThrownBy(() -> new RunConfig.ModelConfig(Freeze.NONE, 2, null, 224))
        .hasMessageContaining("--freeze features");
    assertThatThrownBy(() -> new RunConfig.ModelConfig(Freeze.NONE, 1, null, 31))
        .hasMessageContaining("between 32 and 2048");
  }

  @Test
  void defaultsAreTheTutorials() {
    var config = TrainingConfig.defaults();
    assertThat(config.epochs()).isEqualTo(25);
    assertThat(config.sgd()).isEqualTo(new SgdConfig(0.001, 0.9, 0, 0, false));
    assertThat(config.stepSize()).isEqualTo(7);
    assertThat(config.gamma()).isEqualTo(0.1);
  }
}
