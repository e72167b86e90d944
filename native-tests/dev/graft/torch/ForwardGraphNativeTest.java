package dev.graft.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardGraphNativeTest {
  /** Values: 0 the product, 1 the sum, 2 what is added up. */
  private static final String SOURCE =
      """
      def forward(self, x):
        y = x * self.weight
        z = y + 1
        return torch.sum(z * z, [1])
      """;

  private static Module module(String source) {
    try (Tensor weight = Tensor.copyOf(new float[] {2, 3}, 2);
        var builder = new ModuleBuilder("Small")) {
      Module module = builder.parameter("weight", weight).define(source).build();
      module.eval();
      return module;
    }
  }

  private static Tensor input() {
    return Tensor.copyOf(new float[] {1, 10}, 1, 2);
  }

  private static Tensor one() {
    return Tensor.copyOf(new float[] {1}, 1);
  }

  @Test
  void tellsTheShapesOnTheWay_notThoseOfConstants() {
    try (Module module = module(SOURCE);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input()) {
      List<long[]> shapes = graph.shapes(x);
      assertThat(shapes).hasSize(4);
      assertThat(shapes.get(0)).containsExactly(1, 2);
      assertThat(shapes.get(3)).containsExactly(1);
      assertThat(graph.shapes(x)).hasSize(4); // asking changes nothing
    }
  }

  @Test
  void differentiatesAtAValue() {
    try (Module module = module(SOURCE);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        Tensor one = one()) {
      float[][] values = {{2, 30}, {3, 31}, {9, 961}};
      float[][] gradients = {{6, 62}, {6, 62}, {1, 1}}; // 2 z, 2 z, 1
      for (int i = 0; i < values.length; i++) {
        try (CutForward cut = graph.cut(i);
            CutForward.Pass pass = cut.forward(x);
            Tensor gradient = requireNonNull(pass.gradient(one))) {
          assertThat(pass.value().toFloatArray()).containsExactly(values[i]);
          assertThat(pass.output().toFloatArray()).containsExactly(970);
          assertThat(gradient.toFloatArray()).containsExactly(gradients[i], within(1e-4f));
        }
      }
      assertThatThrownBy(() -> graph.cut(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void nothingIsRecordedBelow_parametersKeepNoGradient() {
    try (Module module = module(SOURCE);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        Tensor one = one();
        CutForward cut = graph.cut(1);
        CutForward.Pass pass = cut.forward(x)) {
      assertThat(pass.value().requiresGrad()).isTrue();
      assertThat(Native.call(() -> pass.value().raw().is_leaf())).isTrue();
      requireNonNull(pass.gradient(one)).close();
      assertThat(module.parameter("weight").grad()).isNull();
      assertThat(x.requiresGrad()).isFalse();
    }
  }

  @Test
  void whatWorksInPlaceAfterwardsChangesNeitherValueNorGradient() {
    String source =
        """
        def forward(self, x):
          y = x - 5
          y.mul_(2)
          y.add_(1)
          return torch.sum(y * self.weight, [1])
        """;
    try (Module module = module(source);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        Tensor one = one();
        CutForward cut = graph.cut(0);
        CutForward.Pass pass = cut.forward(x);
        Tensor gradient = requireNonNull(pass.gradient(one))) {
      assertThat(pass.output().toFloatArray()).containsExactly(19);
      assertThat(pass.value().toFloatArray()).containsExactly(-4, 5);
      assertThat(gradient.toFloatArray()).containsExactly(4, 6);
    }
  }

  @Test
  void whatTheOutputDoesNotDependOnHasNoGradient() {
    String source =
        """
        def forward(self, x):
          y = x * 2
          assert bool(torch.all(y > 0))
          return torch.sum(x * self.weight, [1])
        """;
    try (Module module = module(source);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        Tensor one = one();
        CutForward cut = graph.cut(0);
        CutForward.Pass pass = cut.forward(x)) {
      assertThat(pass.output().toFloatArray()).containsExactly(32);
      assertThat(pass.gradient(one)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "def forward(self):\n  return self.weight",
        "def forward(self, x, y: bool = False):\n  return x",
      })
  void otherArgumentsThanOneAreRefused(String source) {
    try (Module module = module(source)) {
      assertThatThrownBy(() -> ForwardGraph.of(module))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("arguments, not one");
    }
  }

  @Test
  void anotherResultThanATensorIsRefused() {
    try (Module module = module("def forward(self, x):\n  y = x * 2\n  return y, y");
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        CutForward cut = graph.cut(0)) {
      assertThat(graph.shapes(x)).hasSize(1);
      assertThatThrownBy(() -> cut.forward(x))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("does not return one tensor");
    }
  }

  @Test
  void whatCannotBeDifferentiatedIsAnError() {
    String source =
        """
        def forward(self, x):
          y = torch.relu(x * self.weight)
          z = y.mul_(2)
          return torch.sum(z, [1])
        """;
    try (Module module = module(source);
        ForwardGraph graph = ForwardGraph.of(module);
        Tensor x = input();
        Tensor one = one();
        CutForward cut = graph.cut(0);
        CutForward.Pass pass = cut.forward(x)) {
      assertThatThrownBy(
              () -> pass.gradient(one)) // the backward of relu needs what mul_ wrote over
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("modified by an inplace operation");
    }
  }

  @Test
  void outlivesModuleAndGraph_andEndsWithClose() {
    CutForward cut;
    try (Module module = module(SOURCE);
        ForwardGraph graph = ForwardGraph.of(module)) {
      cut = graph.cut(0);
    }
    try (Tensor x = input();
        Tensor one = one()) {
      for (int i = 0; i < 3; i++) {
        try (CutForward.Pass pass = cut.forward(x);
            Tensor gradient = requireNonNull(pass.gradient(one))) {
          assertThat(gradient.toFloatArray()).containsExactly(new float[] {6, 62}, within(1e-4f));
        }
      }
      cut.close();
      cut.close();
      assertThatThrownBy(() -> cut.forward(x))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void aModuleInTrainingModeIsRefused_anErrorArrivesAsAnException() {
    try (Module module = module(SOURCE);
        ForwardGraph graph = ForwardGraph.of(module);
        CutForward cut = graph.cut(0);
        Tensor wrong = Tensor.zeros(DType.FLOAT32, 1, 5)) {
      assertThatThrownBy(() -> graph.shapes(wrong)).isInstanceOf(TorchException.class);
      assertThatThrownBy(() -> cut.forward(wrong)).isInstanceOf(TorchException.class);
      module.train();
      assertThatThrownBy(() -> ForwardGraph.of(module)).isInstanceOf(IllegalStateException.class);
    }
  }
}
