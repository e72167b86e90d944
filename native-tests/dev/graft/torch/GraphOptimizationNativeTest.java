package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.model.ResNet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GraphOptimizationNativeTest {
  private static final int RUNS = 4;

  /** One forward and backward from the same state: the loss, then every gradient. */
  private static float[][] run(Module module, StateDict state, Tensor x, Tensor labels) {
    state.loadInto(module);
    module.train();
    NativeRuntime.manualSeed(5);
    List<float[]> results = new ArrayList<>();
    try (Tensor logits = module.forward(x);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
      results.add(loss.toFloatArray());
    }
    for (Tensor parameter : module.namedParameters().values()) {
      try (Tensor grad = parameter.grad()) {
        results.add(grad.toFloatArray());
      }
    }
    try (Sgd forget = new Sgd(module.namedParameters().values(), SgdConfig.of(0))) {
      forget.zeroGrad();
    }
    return results.toArray(float[][]::new);
  }

  /** The first runs of a fresh module, each from the same state. */
  private static List<float[][]> runs(Supplier<Module> maker) {
    List<float[][]> runs = new ArrayList<>();
    try (Module module = maker.get();
        Tensor x = Tensor.uniform(new SplittableRandom(7), 2, 4, 3, 64, 64);
        Tensor labels = Tensor.copyOf(new long[] {0, 1, 2, 3}, 4);
        StateDict state = StateDict.copyOf(module)) {
      for (int i = 0; i < RUNS; i++) {
        runs.add(run(module, state, x, labels));
      }
    }
    return runs;
  }

  private static Module dropout() {
    try (ModuleBuilder builder = new ModuleBuilder("graft.Dropping");
        Tensor weight = Tensor.uniform(new SplittableRandom(1), 0.1, 4, 3 * 64 * 64);
        Tensor second = Tensor.uniform(new SplittableRandom(2), 0.1, 4, 4)) {
      return builder
          .parameter("weight", weight)
          .parameter("second", second)
          .define(
              """
              def forward(self, x):
                x = torch.linear(torch.flatten(x, 1), self.weight)
                x = torch.dropout(torch.relu(x), 0.5, self.training)
                x = torch.dropout(torch.sigmoid(x) * 2.0, 0.5, self.training)
                return torch.linear(x, self.second)
              """)
          .build();
    }
  }

  static Stream<Supplier<Module>> modules() {
    return Stream.of(() -> ResNet.resnet18(4, 1), GraphOptimizationNativeTest::dropout);
  }

  /** The profiling executor changes its graph at the second and third run of a function. */
  @ParameterizedTest
  @MethodSource("modules")
  void aFreshModulesFirstRunsGiveTheSameBitsOptimizedOrNot(Supplier<Module> maker) {
    List<float[][]> optimized = runs(maker);
    List<float[][]> asWritten;
    try (GraphOptimization off = GraphOptimization.off()) {
      asWritten = runs(maker);
    }
    for (int i = 0; i < RUNS; i++) {
      assertThat(asWritten.get(i)).as("as written, run %d", i).isDeepEqualTo(asWritten.get(0));
      assertThat(optimized.get(i)).as("optimized, run %d", i).isDeepEqualTo(asWritten.get(0));
    }
  }

  @Test
  void theModeIsTheThreadsAndComesBack() throws InterruptedException {
    NativeRuntime.load();
    assertThat(torch.getGraphExecutorOptimize()).isTrue();
    try (GraphOptimization off = GraphOptimization.off()) {
      assertThat(torch.getGraphExecutorOptimize()).isFalse();
      List<Boolean> elsewhere = new ArrayList<>();
      var thrown = new ArrayList<Throwable>();
      Thread other =
          new Thread(
              () -> {
                elsewhere.add(torch.getGraphExecutorOptimize());
                off.close();
              });
      other.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
      other.start();
      other.join();
      assertThat(elsewhere).containsExactly(true);
      assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }
    assertThat(torch.getGraphExecutorOptimize()).isTrue();
  }
}
