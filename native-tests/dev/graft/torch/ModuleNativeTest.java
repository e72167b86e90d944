package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleNativeTest {
  /** A Linear with a counter buffer inside a parent: enough to show every operation. */
  private static Module tiny() {
    try (Tensor weight = Tensor.uniform(new SplittableRandom(1), 1, 2, 3);
        Tensor bias = Tensor.zeros(DType.FLOAT32, 2);
        Tensor counter = Tensor.zeros(DType.INT64);
        Module linear =
            new ModuleBuilder("torch.nn.modules.linear.Linear")
                .parameter("weight", weight)
                .parameter("bias", bias)
                .buffer("counter", counter)
                .define(
                    """
                    def forward(self, input):
                      return torch.linear(input, self.weight, self.bias)
                    """)
                .build()) {
      return new ModuleBuilder("Tiny")
          .module("fc", linear)
          .define(
              """
              def forward(self, x):
                if self.training:
                  self.fc.counter.add_(1)
                return self.fc.forward(x)
              """)
          .build();
    }
  }

  private static Tensor input() {
    return Tensor.copyOf(new float[] {1, 2, 3}, 1, 3);
  }

  @Test
  void listsParametersBuffersAndModulesByName() {
    try (Module module = tiny()) {
      assertThat(module.namedParameters().keySet()).containsExactly("fc.weight", "fc.bias");
      assertThat(module.namedBuffers().keySet()).containsExactly("fc.counter");
      assertThat(module.namedModules())
          .containsExactly(
              new Module.Node("", "__torch__.Tiny"),
              new Module.Node("fc", "__torch__.torch.nn.modules.linear.Linear"));
    }
  }

  @Test
  void savedFileCarriesExtraFilesAndGivesTheSameOutput(@TempDir Path folder) {
    Path file = folder.resolve("tiny.pt");
    byte[] classes = "{\"klassen\":[\"Ämse\"]}".getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> extra = new HashMap<>(Map.of("classes.json", new byte[0]));
    try (Module module = tiny();
        Tensor x = input()) {
      module.save(file, Map.of("classes.json", classes, "empty", new byte[0]));
      try (Module loaded = Module.load(file, Device.CPU, extra);
          Tensor expected = module.forward(x);
          Tensor actual = loaded.forward(x)) {
        assertThat(actual.contentEquals(expected)).isTrue();
      }
    }
    assertThat(extra.get("classes.json")).isEqualTo(classes);
    assertThat(folder.toFile().list()).containsExactly("tiny.pt");
  }

  @Test
  void sameModuleSavesTheSameBytes(@TempDir Path folder) throws java.io.IOException {
    try (Module module = tiny()) {
      module.save(folder.resolve("a.pt"), Map.of());
      module.save(folder.resolve("b.pt"), Map.of());
    }
    assertThat(folder.resolve("b.pt")).hasSameBinaryContentAs(folder.resolve("a.pt"));
  }

  @Test
  void savingIntoAMissingFolderNamesTheFile(@TempDir Path folder) {
    try (Module module = tiny()) {
      assertThatThrownBy(() -> module.save(folder.resolve("none/m.pt"), Map.of()))
          .isInstanceOf(java.io.UncheckedIOException.class)
          .hasMessageContaining("m.pt");
    }
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }

  @Test
  void trainingModeReachesSubmodulesAndMovesBuffers() {
    try (Module module = tiny();
        Tensor x = input()) {
      module.eval();
      module.forward(x).close();
      assertThat(module.buffer("fc.counter").item()).isEqualTo(0);
      module.train();
      assertThat(module.isTraining()).isTrue();
      module.forward(x).close();
      assertThat(module.buffer("fc.counter").item()).isEqualTo(1);
    }
  }

  @Test
  void replacesAParameterByAnotherShape() {
    try (Module module = tiny();
        Tensor x = input();
        Tensor weight = Tensor.zeros(DType.FLOAT32, 5, 3);
        Tensor bias = Tensor.copyOf(new float[] {1, 2, 3, 4, 5}, 5)) {
      module.setParameter("fc.weight", weight);
      module.setParameter("fc.bias", bias);
      try (Tensor out = module.forward(x)) {
        assertThat(out.toFloatArray()).containsExactly(1, 2, 3, 4, 5);
      }
      assertThatThrownBy(() -> module.setParameter("fc.nope", bias))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fc.nope");
    }
  }

  @Test
  void submoduleSharesItsTensors() {
    try (Module module = tiny();
        Module fc = module.submodule("fc")) {
      fc.parameter("bias").fill(7);
      assertThat(module.parameter("fc.bias").toFloatArray()).containsExactly(7, 7);
      assertThatThrownBy(() -> module.submodule("fc.x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void convertsFloatingPointAlone() {
    try (Module module = tiny()) {
      module.parameter("fc.bias").requiresGrad(false);
      module.to(DType.FLOAT64);
      assertThat(module.parameter("fc.weight").dtype()).isEqualTo(DType.FLOAT64);
      assertThat(module.parameter("fc.weight").requiresGrad()).isTrue();
      assertThat(module.parameter("fc.bias").requiresGrad()).isFalse();
      assertThat(module.buffer("fc.counter").dtype()).isEqualTo(DType.INT64);
    }
  }

  @Test
  void copyIsIndependent() {
    try (Module module = tiny();
        Module copy = module.copy()) {
      copy.parameter("fc.bias").fill(7);
      assertThat(module.parameter("fc.bias").toFloatArray()).containsExactly(0, 0);
    }
  }

  @Test
  void nativeErrorsAreOneParagraph() {
    try (Module module = tiny();
        Tensor wrong = Tensor.zeros(DType.FLOAT32, 1, 4)) {
      assertThatThrownBy(() -> module.forward(wrong))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("shapes cannot be multiplied")
          .hasMessageNotContaining("frame #");
    }
    assertThatThrownBy(() -> Module.load(Path.of("/nowhere.pt"), Device.CPU))
        .isInstanceOf(TorchException.class);
  }

  @Test
  void useAfterCloseIsAnIllegalState() {
    Module module = tiny();
    module.close();
    module.close();
    assertThatThrownBy(module::isTraining).isInstanceOf(IllegalStateException.class);
    Tensor tensor = input();
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::shape).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stateDictRestoresParametersAndBuffers() {
    try (Module module = tiny();
        Tensor x = input();
        StateDict best = StateDict.copyOf(module)) {
      assertThat(List.copyOf(best.tensors().keySet()))
          .containsExactly("fc.weight", "fc.bias", "fc.counter");
      module.forward(x).close();
      module.parameter("fc.bias").fill(3);
      best.loadInto(module);
      assertThat(module.parameter("fc.bias").toFloatArray()).containsExactly(0, 0);
      assertThat(module.buffer("fc.counter").item()).isEqualTo(0);
    }
  }

  @Test
  void stateDictCopiesBuffersThatForwardReplaced() {
    try (Tensor counter = Tensor.zeros(DType.INT64);
        Module module =
            new ModuleBuilder("Counter")
                .buffer("counter", counter)
                .define("def forward(self, x):\n  self.counter = self.counter + 1\n  return x")
                .build();
        Tensor x = input();
        StateDict before = StateDict.copyOf(module)) {
      module.forward(x).close();
      assertThat(module.buffer("counter").item()).isEqualTo(1);
      before.loadInto(module);
      module.forward(x).close();
      try (StateDict after = StateDict.copyOf(module)) {
        assertThat(after.tensors().get("counter").item()).isEqualTo(1);
      }
    }
  }

  @Test
  void stateDictOfAnotherShapeChangesNothingAndNamesTheKey() {
    try (Module module = tiny();
        StateDict state = StateDict.copyOf(module);
        Tensor bias = Tensor.copyOf(new float[] {1, 2, 3, 4, 5}, 5)) {
      module.setParameter("fc.bias", bias);
      module.parameter("fc.weight").fill(9);
      assertThatThrownBy(() -> state.loadInto(module))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fc.bias is [2] instead of [5]");
      assertThat(module.parameter("fc.weight").toFloatArray()).containsOnly(9);
    }
  }
}
