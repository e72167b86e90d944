package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.model.ResNet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FreezeNativeTest {
  @Test
  void frozenModuleHasNoParametersAndComputesTheSame() {
    try (Module module = ResNet.resnet18(10, 3)) {
      assertThatThrownBy(module::freeze).isInstanceOf(IllegalStateException.class);
      assertSameAfterFreezing(module, 64, 1e-5f);
      assertThat(module.namedParameters()).hasSize(62);
    }
  }

  @Test
  void freezesWithoutGraphOptimizationToo() {
    try (GraphOptimization off = GraphOptimization.off();
        Module module = ResNet.resnet18(10, 3)) {
      assertSameAfterFreezing(module, 64, 1e-5f);
    }
  }

  @Test
  void weightsOfConvolutionsArePackedAndNotHeldTwice() {
    try (Module module = ResNet.resnet18(10, 3)) {
      module.eval();
      try (Module frozen = module.freeze()) {
        assertThat(graph(frozen))
            .contains("mkldnn::_convolution_pointwise")
            .contains("aten::relu_") // those after an addition
            .doesNotContain("aten::conv2d")
            .doesNotContain("conv1.weight");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a ReLU alone            | torch.relu(conv)                              | true
          in place                | torch.relu_(conv)                             | true
          result used twice       | torch.relu(conv) + conv                       | true
          ReLU used twice         | torch.relu(conv) * torch.relu(conv)           | true
          ReLU in a block         | torch.relu(conv) if bool(x.sum() > 0) else conv | true
          result returned as well | torch.relu_(conv.clone()) - conv              | true
          another activation      | torch.sigmoid(conv)                           | true
          """)
  void computesTheSameWhateverFollows(String name, String expression, boolean packed) {
    assertSame("torch.conv2d(x, self.weight, self.bias, [2, 1], [1, 0])", expression, packed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          torch.conv2d(x, self.weight)                                          | true
          torch.conv2d(x, self.weight, self.bias, [1, 1], [2, 2], [2, 1])       | true
          torch.conv2d(torch.cat([x, x], 1), self.weight, None, [1], [1], [1], 2) | true
          torch.conv2d(x, self.weight, self.bias, [1, 1], "same")               | false
          torch.conv2d(x, x[:, :, :3, :3].contiguous())                         | false
          """)
  void computesTheSameWhateverTheConvolution(String convolution, boolean packed) {
    assertSame(convolution, "torch.relu(conv)", packed);
  }

  static List<long[]> shapes() {
    return List.of(new long[] {0, 3, 16, 16}, new long[] {1, 3, 3, 3}, new long[] {5, 3, 17, 33});
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void takesWhatTheModuleTook(long[] shape) {
    try (Tensor weight = Tensor.uniform(new SplittableRandom(5), 1, 4, 3, 3, 3);
        var builder = new ModuleBuilder("__torch__.Small")) {
      builder.parameter("weight", weight);
      String source = "def forward(self, x):\n  return torch.relu(torch.conv2d(x, self.weight))";
      try (Module module = builder.define(source).build()) {
        module.eval();
        try (Tensor x = Tensor.uniform(new SplittableRandom(7), 2, shape);
            Module frozen = module.freeze();
            Tensor expected = module.forward(x);
            Tensor y = frozen.forward(x)) {
          assertThat(y.shape()).isEqualTo(expected.shape());
          assertThat(y.toFloatArray())
              .usingComparatorWithPrecision(1e-6f)
              .containsExactly(expected.toFloatArray());
        }
      }
    }
  }

  @Test
  void refusesAnImageWithoutItsBatch() {
    try (Module module = ResNet.resnet18(10, 3)) {
      module.eval();
      try (Module frozen = module.freeze();
          Tensor x = Tensor.zeros(DType.FLOAT32, 3, 64, 64)) {
        assertThatThrownBy(() -> frozen.forward(x)).isInstanceOf(TorchException.class);
      }
    }
  }

  @Test
  void isNotSaved(@TempDir Path folder) {
    try (Module module = ResNet.resnet18(10, 3)) {
      module.eval();
      try (Module frozen = module.freeze();
          Module copy = frozen.copy()) {
        Path file = folder.resolve("frozen.pt");
        for (Module it : List.of(frozen, copy)) {
          assertThatThrownBy(() -> it.save(file, Map.of()))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("save the module that it was made of");
        }
        assertThat(file).doesNotExist();
      }
    }
  }

  private static void assertSame(String convolution, String expression, boolean packed) {
    var random = new SplittableRandom(5);
    try (Tensor weight = Tensor.uniform(random, 1, 4, 3, 3, 3);
        Tensor bias = Tensor.uniform(random, 1, 4);
        var builder = new ModuleBuilder("__torch__.Small")) {
      builder.parameter("weight", weight).parameter("bias", bias);
      String source = "def forward(self, x):\n  conv = %s\n  return %s";
      try (Module module = builder.define(source.formatted(convolution, expression)).build()) {
        assertSameAfterFreezing(module, 16, 1e-6f);
        try (Module frozen = module.freeze()) {
          assertThat(graph(frozen).contains("mkldnn::_convolution_pointwise")).isEqualTo(packed);
        }
      }
    }
  }

  private static void assertSameAfterFreezing(Module module, int size, float tolerance) {
    module.eval();
    try (Tensor x = Tensor.uniform(new SplittableRandom(7), 2, 2, 3, size, size);
        Module frozen = module.freeze();
        Tensor expected = module.forward(x)) {
      assertThat(frozen.namedParameters()).isEmpty();
      for (int run = 0; run < 3; run++) { // TorchScript optimises in its first runs
        try (Tensor y = frozen.forward(x)) {
          float[] e = expected.toFloatArray();
          float[] a = y.toFloatArray();
          assertThat(a).hasSameSizeAs(e);
          for (int i = 0; i < e.length; i++) {
            assertThat(a[i])
                .isCloseTo(e[i], Offset.offset(tolerance * Math.max(1, Math.abs(e[i]))));
          }
        }
      }
    }
  }

  private static String graph(Module module) {
    return Native.call(() -> module.raw().get_method("forward").graph().toString());
  }
}
