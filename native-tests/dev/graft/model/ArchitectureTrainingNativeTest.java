package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.torch.Functional;
import dev.graft.torch.Module;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** First weights, gradients and what training drops at random. */
class ArchitectureTrainingNativeTest {
  private static final int ROWS = 40_000;

  @ParameterizedTest
  @EnumSource
  void firstWeightsAreAsLargeAsTorchvisions(Architecture architecture) {
    try (Module module = architecture.build(1000, 1)) {
      for (String[] line : ArchitectureReferences.state(architecture)) {
        if (line[0].equals("buffer") || line[1].startsWith("heads.head.")) {
          continue; // torchvision's ViT starts with a head of zeros
        }
        double expected = Double.parseDouble(line[3]);
        float[] values = module.parameter(line[1]).toFloatArray();
        double squares = 0;
        for (float value : values) {
          squares += (double) value * value;
        }
        // Constants agree to the digits written, samples as well as their size allows.
        double tolerance = 0.001 + 5 / Math.sqrt(values.length);
        assertThat(Math.sqrt(squares / values.length))
            .as(line[1])
            .isCloseTo(expected, within(expected * tolerance));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RESNET18", "RESNET34", "RESNET101"},
      mode = EnumSource.Mode.EXCLUDE)
  void theSeedDecidesTheWeights_theBackbonesWhateverTheClasses(Architecture architecture) {
    try (Module module = architecture.build(3, 1);
        Module wider = architecture.build(5, 1);
        Module other = architecture.build(3, 2)) {
      module
          .namedParameters()
          .forEach(
              (name, weight) -> {
                boolean head = name.startsWith(architecture.headName() + ".");
                assertThat(weight.contentEquals(wider.parameter(name))).as(name).isEqualTo(!head);
              });
      String head = architecture.headName() + ".weight";
      assertThat(module.parameter(head).contentEquals(other.parameter(head))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsReachEveryParameter(Architecture architecture) {
    int size = architecture == Architecture.VIT_B_16 ? 224 : 64;
    NativeRuntime.manualSeed(2); // drops no block for all images
    try (Module module = architecture.build(3, 1);
        Tensor images = Formula.images("images", 3, size, size);
        Tensor labels = Tensor.copyOf(new long[] {0, 1, 2}, 3);
        Tensor logits = module.forward(images);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
      module
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                try (Tensor grad = parameter.grad()) {
                  assertThat(grad).as(name).isNotNull();
                  float[] values = grad.toFloatArray();
                  assertThat(values).as(name).isNotEqualTo(new float[values.length]);
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MOBILENET_V2", "MOBILENET_V3_LARGE", "EFFICIENTNET_B0", "CONVNEXT_TINY"})
  void dropsAsOftenAsTorchvision(Architecture architecture) {
    List<String[]> expected = ArchitectureReferences.dropped(architecture);
    assertThat(expected).isNotEmpty();
    try (Module module = architecture.buildEmpty(3)) {
      for (String[] line : expected) {
        double probability = Double.parseDouble(line[2]);
        try (Module layer = module.submodule(line[1])) {
          assertThat(rateOfDroppedRows(layer, probability, 1))
              .as(line[1])
              .isCloseTo(probability, within(4 * Math.sqrt(probability / ROWS)));
        }
      }
    }
  }

  /** Each row must be zero as a whole, or scaled as a whole such that its expectation stays. */
  private static double rateOfDroppedRows(Module layer, double probability, int columns) {
    NativeRuntime.manualSeed(1);
    layer.train();
    int dropped = 0;
    try (Tensor ones = Init.constant(1, ROWS, columns, 1, 1);
        Tensor result = layer.forward(ones)) {
      float[] values = result.toFloatArray();
      for (int row = 0; row < ROWS; row++) {
        float first = values[row * columns];
        if (first == 0) {
          dropped++;
        } else {
          assertThat((double) first).isCloseTo(1 / (1 - probability), within(1e-6));
        }
        for (int i = 1; i < columns; i++) {
          assertThat(values[row * columns + i]).isEqualTo(first);
        }
      }
    }
    return (double) dropped / ROWS;
  }

  @Test
  void stochasticDepthDropsWholeRows() {
    try (Module layer = Layers.stochasticDepth(0.25)) {
      assertThat(rateOfDroppedRows(layer, 0.25, 3)).isCloseTo(0.25, within(0.01));
    }
  }

  @Test
  void stochasticDepthKeepsEverythingInEvalMode_orWithoutProbability() {
    try (Module layer = Layers.stochasticDepth(0.25);
        Module never = Layers.stochasticDepth(0);
        Tensor images = Formula.images("images", 4, 32, 32)) {
      layer.eval();
      try (Tensor result = layer.forward(images);
          Tensor same = never.forward(images)) {
        assertThat(result.contentEquals(images)).isTrue();
        assertThat(same.contentEquals(images)).isTrue();
      }
    }
  }
}
