package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerStateNativeTest {
  /** Two linear layers in two groups; one parameter of the first is frozen. */
  private static final class TwoLayers implements AutoCloseable {
    private final Tensor first = Tensor.uniform(new SplittableRandom(1), 1, 5, 4);
    private final Tensor frozen = Tensor.uniform(new SplittableRandom(2), 1, 5);
    private final Tensor weight = Tensor.uniform(new SplittableRandom(3), 1, 3, 5);
    private final Tensor bias = Tensor.uniform(new SplittableRandom(4), 1, 3);
    private final Optimizer optimizer;

    TwoLayers(OptimizerConfig config) {
      List.of(first, weight, bias).forEach(tensor -> tensor.requiresGrad(true));
      optimizer =
          config.create(
              List.of(
                  new ParameterGroup(List.of(frozen, first), 0.01),
                  new ParameterGroup(List.of(weight, bias), 0.1)));
    }

    List<Tensor> parameters() {
      return List.of(first, frozen, weight, bias);
    }

    void train(int from, int to) {
      for (int step = from; step < to; step++) {
        if (step == 3) {
          optimizer.lr(0, 0.005);
        }
        try (Tensor x = Tensor.uniform(new SplittableRandom(100 + step), 1, 6, 4);
            Tensor labels = Tensor.copyOf(new long[] {0, 1, 2, 0, 1, 2}, 6);
            Tensor hidden = Functional.linear(x, first, frozen);
            Tensor logits = Functional.linear(hidden, weight, bias);
            Tensor loss = Functional.crossEntropy(logits, labels)) {
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
        }
      }
    }

    List<float[]> values() {
      List<float[]> values = new ArrayList<>();
      parameters().forEach(tensor -> values.add(tensor.toFloatArray()));
      return values;
    }

    void copyFrom(TwoLayers other) {
      for (int i = 0; i < parameters().size(); i++) {
        parameters().get(i).copyFrom(other.parameters().get(i));
      }
    }

    @Override
    public void close() {
      optimizer.close();
      parameters().forEach(Tensor::close);
    }
  }

  static Stream<OptimizerConfig> configs() {
    return Stream.of(
        SgdConfig.of(0.1),
        SgdConfig.of(0.1).withMomentum(0.9).withWeightDecay(0.01),
        SgdConfig.of(0.1).withMomentum(0.9).withDampening(0.2),
        SgdConfig.of(0.1).withMomentum(0.9).withNesterov(true),
        AdamWConfig.of(0.01));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void fiveStepsThenAFreshOptimizerGoOnAsTenStepsBitForBit(OptimizerConfig config) {
    try (TwoLayers whole = new TwoLayers(config);
        TwoLayers begun = new TwoLayers(config);
        TwoLayers continued = new TwoLayers(config)) {
      whole.train(0, 10);
      begun.train(0, 5);
      continued.copyFrom(begun);
      try (Tensor state = begun.optimizer.state()) {
        continued.optimizer.loadState(state);
      }
      assertThat(continued.optimizer.lr(0)).isEqualTo(0.005);
      assertThat(continued.optimizer.lr()).isEqualTo(0.1);
      continued.train(5, 10);
      assertThat(continued.values()).containsExactly(whole.values().toArray(float[][]::new));
    }
  }

  @Test
  void aStateFromBeforeTheFirstStepForgetsTheMomentum() {
    var config = SgdConfig.of(0.1).withMomentum(0.9);
    try (TwoLayers fresh = new TwoLayers(config);
        TwoLayers rewound = new TwoLayers(config)) {
      try (Tensor start = rewound.optimizer.state()) {
        rewound.train(0, 5);
        rewound.optimizer.loadState(start);
      }
      rewound.copyFrom(fresh);
      fresh.train(0, 5);
      rewound.train(0, 5);
      assertThat(rewound.values()).containsExactly(fresh.values().toArray(float[][]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void damagedStatesAreErrorsAndChangeNothing(OptimizerConfig config) {
    try (TwoLayers whole = new TwoLayers(config);
        TwoLayers disturbed = new TwoLayers(config)) {
      whole.train(0, 10);
      disturbed.train(0, 5);
      byte[] state;
      try (Tensor tensor = disturbed.optimizer.state()) {
        state = tensor.toByteBuffer().array();
      }
      var random = new SplittableRandom(9);
      for (int i = 0; i < 200; i++) {
        byte[] flipped = state.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        assertDamaged(disturbed, flipped);
        assertDamaged(disturbed, Arrays.copyOf(state, random.nextInt(state.length)));
      }
      assertDamaged(disturbed, new byte[0]);
      disturbed.train(5, 10);
      assertThat(disturbed.values()).containsExactly(whole.values().toArray(float[][]::new));
    }
  }

  private static void assertDamaged(TwoLayers layers, byte[] state) {
    try (Tensor tensor = Tensor.copyOf(ByteBuffer.wrap(state), DType.UINT8, state.length)) {
      assertThatThrownBy(() -> layers.optimizer.loadState(tensor))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The optimizer state is damaged");
    }
  }

  @Test
  void statesOfOtherOptimizersAreRefused() {
    try (TwoLayers sgd = new TwoLayers(SgdConfig.of(0.1));
        TwoLayers adamw = new TwoLayers(AdamWConfig.of(0.1));
        Tensor parameter = Tensor.zeros(DType.FLOAT32, 2);
        Sgd small = new Sgd(List.of(parameter), SgdConfig.of(0.1));
        Tensor ofAdamw = adamw.optimizer.state();
        Tensor ofSmall = small.state()) {
      assertThatThrownBy(() -> sgd.optimizer.loadState(parameter))
          .hasMessageContaining("does not begin as one");
      assertThatThrownBy(() -> sgd.optimizer.loadState(ofAdamw))
          .hasMessageContaining("is of another optimizer")
          .hasMessageContaining("AdamW(");
      assertThatThrownBy(() -> sgd.optimizer.loadState(ofSmall))
          .hasMessageContaining("Sgd(FLOAT32[2])");
    }
  }

  @Test
  void eachGroupStepsAtItsOwnRate() {
    try (Tensor slow = Tensor.copyOf(new float[] {0, 0}, 1, 2);
        Tensor fast = Tensor.copyOf(new float[] {0, 0}, 1, 2);
        Tensor label = Tensor.copyOf(new long[] {0}, 1)) {
      for (OptimizerConfig config :
          List.of(SgdConfig.of(9), AdamWConfig.of(9).withWeightDecay(0))) {
        slow.fill(0);
        fast.fill(0);
        slow.requiresGrad(true);
        fast.requiresGrad(true);
        try (Optimizer optimizer =
            config.create(
                List.of(
                    new ParameterGroup(List.of(slow), 0.25),
                    new ParameterGroup(List.of(fast), 0.5)))) {
          optimizer.zeroGrad();
          for (Tensor logits : List.of(slow, fast)) {
            try (Tensor loss = Functional.crossEntropy(logits, label)) {
              loss.backward();
            }
          }
          optimizer.step();
          assertThat(optimizer.groups()).isEqualTo(2);
          assertThat(optimizer.lr()).isEqualTo(0.5);
          assertThat(fast.toFloatArray()[0]).isEqualTo(2 * slow.toFloatArray()[0]).isPositive();
        }
      }
    }
  }

  @Test
  void aClosedOptimizerIsAnError() {
    try (TwoLayers layers = new TwoLayers(AdamWConfig.of(0.1))) {
      layers.optimizer.close();
      layers.optimizer.close();
      assertThatThrownBy(layers.optimizer::step).hasMessageContaining("The optimizer is closed");
      assertThatThrownBy(layers.optimizer::state).hasMessageContaining("The optimizer is closed");
    }
  }

  @Test
  void adamwRefusesWhatPytorchRefuses() {
    var config = AdamWConfig.of(0.1);
    assertThat(config).isEqualTo(new AdamWConfig(0.1, 0.9, 0.999, 1e-8, 0.01));
    assertThatThrownBy(() -> AdamWConfig.of(-1)).hasMessageContaining("Invalid learning rate: -1");
    assertThatThrownBy(() -> config.withBetas(1, 0.999))
        .hasMessageContaining("Invalid beta parameter at index 0: 1.0");
    assertThatThrownBy(() -> config.withBetas(0.9, -0.1))
        .hasMessageContaining("Invalid beta parameter at index 1: -0.1");
    assertThatThrownBy(() -> config.withEps(-1)).hasMessageContaining("Invalid epsilon value");
    assertThatThrownBy(() -> config.withWeightDecay(Double.NaN))
        .hasMessageContaining("Invalid weight decay: NaN");
  }
}
