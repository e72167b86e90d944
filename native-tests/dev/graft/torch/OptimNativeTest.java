package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimNativeTest {
  /** The loss is cross-entropy of two logits that are the parameter: its gradient is known. */
  private static double gradient(double[] p, int i) {
    double sum = Math.exp(p[0]) + Math.exp(p[1]);
    return Math.exp(p[i]) / sum - (i == 1 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, false",
    "0.9, 0, 0, false",
    "0.9, 0, 0.01, false",
    "0.9, 0.1, 0, false",
    "0.9, 0, 0.01, true"
  })
  void stepsFollowThePublishedUpdateRule(
      double momentum, double dampening, double weightDecay, boolean nesterov) {
    var config = new SgdConfig(0.5, momentum, dampening, weightDecay, nesterov);
    double[] expected = {0.3, -0.2};
    double[] buffer = new double[2];
    try (Tensor start = Tensor.copyOf(new float[] {0.3f, -0.2f}, 1, 2);
        Tensor parameter = start.to(DType.FLOAT64);
        Tensor label = Tensor.copyOf(new long[] {1}, 1)) {
      expected = parameter.toDoubleArray();
      parameter.requiresGrad(true);
      try (Sgd sgd = new Sgd(List.of(parameter), config)) {
        for (int step = 0; step < 4; step++) {
          sgd.zeroGrad();
          try (Tensor loss = Functional.crossEntropy(parameter, label)) {
            loss.backward();
          }
          sgd.step();
          double[] before = expected.clone();
          for (int i = 0; i < 2; i++) {
            double g = gradient(before, i) + weightDecay * before[i];
            buffer[i] = step == 0 ? g : momentum * buffer[i] + (1 - dampening) * g;
            double direction = momentum == 0 ? g : nesterov ? g + momentum * buffer[i] : buffer[i];
            expected[i] = before[i] - 0.5 * direction;
          }
          assertThat(parameter.toDoubleArray()[0]).isCloseTo(expected[0], within(1e-12));
          assertThat(parameter.toDoubleArray()[1]).isCloseTo(expected[1], within(1e-12));
        }
      }
    }
  }

  @Test
  void refusesWhatPytorchRefuses() {
    assertThatThrownBy(() -> SgdConfig.of(-1)).hasMessageContaining("Invalid learning rate");
    assertThatThrownBy(() -> SgdConfig.of(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> SgdConfig.of(0.1).withMomentum(-0.1))
        .hasMessageContaining("Invalid momentum");
    assertThatThrownBy(() -> SgdConfig.of(0.1).withWeightDecay(-0.1))
        .hasMessageContaining("Invalid weight decay");
    assertThatThrownBy(() -> new SgdConfig(0.1, 0, 0, 0, true))
        .hasMessageContaining("Nesterov momentum requires a momentum and zero dampening");
    assertThatThrownBy(() -> new Sgd(List.<Tensor>of(), SgdConfig.of(0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty parameter list");
  }

  @Test
  void rateFallsWhenPythonsFalls() {
    try (Tensor parameter = Tensor.zeros(DType.FLOAT32, 1);
        Sgd sgd = new Sgd(List.of(parameter), SgdConfig.of(0.001).withMomentum(0.9))) {
      var scheduler = new StepLr(sgd, 7, 0.1);
      List<Double> rates = new ArrayList<>();
      for (int epoch = 0; epoch < 22; epoch++) {
        rates.add(sgd.lr());
        scheduler.step();
      }
      // torch.optim.lr_scheduler.StepLR multiplies the present rate: 0.001, *0.1, *0.1*0.1.
      assertThat(rates.get(6)).isEqualTo(0.001);
      assertThat(rates.get(7)).isEqualTo(0.001 * 0.1);
      assertThat(rates.get(8)).isEqualTo(0.001 * 0.1);
      assertThat(rates.get(13)).isEqualTo(0.001 * 0.1);
      assertThat(rates.get(14)).isEqualTo(0.001 * 0.1 * 0.1);
      assertThat(rates.get(21)).isEqualTo(0.001 * 0.1 * 0.1 * 0.1);
    }
  }

  @Test
  void noGradRecordsNothingAndBelongsToItsThread() throws InterruptedException {
    try (Tensor logits = Tensor.zeros(DType.FLOAT32, 1, 2);
        Tensor label = Tensor.copyOf(new long[] {0}, 1)) {
      logits.requiresGrad(true);
      try (NoGrad guard = NoGrad.open();
          Tensor loss = Functional.crossEntropy(logits, label)) {
        assertThat(loss.requiresGrad()).isFalse();
        var thrown = new ArrayList<Throwable>();
        Thread other = new Thread(guard::close);
        other.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
        other.start();
        other.join();
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
      }
      try (Tensor loss = Functional.crossEntropy(logits, label)) {
        assertThat(loss.requiresGrad()).isTrue();
        assertThat(loss.item()).isCloseTo(Math.log(2), within(1e-6));
      }
    }
  }

  @Test
  void labelsOutsideTheClassesAreAnError() {
    try (Tensor logits = Tensor.zeros(DType.FLOAT32, 1, 2);
        Tensor label = Tensor.copyOf(new long[] {2}, 1)) {
      assertThatThrownBy(() -> Functional.crossEntropy(logits, label))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("Target 2 is out of bounds");
    }
  }

  @Test
  void reportsWhatIsLoaded() {
    var info = NativeRuntime.info();
    assertThat(info.pytorch()).startsWith("2.");
    assertThat(info.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(Device.parse("auto"))
        .isEqualTo(info.cudaDevices() > 0 ? new Device("cuda", 0) : Device.CPU);
    assertThatThrownBy(() -> Device.parse("cuda:99")).hasMessageContaining("not available");
    assertThatThrownBy(() -> Device.parse("tpu")).hasMessageContaining("cpu, cuda, cuda:N or auto");
  }
}
