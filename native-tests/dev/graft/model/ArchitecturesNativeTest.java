package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against what torchvision computes from the same weights. */
class ArchitecturesNativeTest {
  /** Of logits and features, absolute; in the same units as theirs, which deviate by 1 and more. */
  private static final double TOLERANCE = 1e-4;

  private static List<String> shapes(Map<String, Tensor> tensors) {
    return tensors.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Arrays.toString(entry.getValue().shape()))
        .toList();
  }

  private static Module filled(Architecture architecture) {
    Module module = architecture.buildEmpty(1000);
    Formula.fill(module, ArchitectureReferences.gain(architecture));
    return module;
  }

  @ParameterizedTest
  @EnumSource
  void namesShapesAndLogitsAreTorchvisions(Architecture architecture) {
    try (Module module = filled(architecture);
        NoGrad guard = NoGrad.open()) {
      assertThat(shapes(module.namedParameters()))
          .isEqualTo(ArchitectureReferences.state(architecture, "parameter"));
      assertThat(shapes(module.namedBuffers()))
          .isEqualTo(ArchitectureReferences.state(architecture, "buffer"));
      assertThat(module.namedParameters().values()).allMatch(Tensor::requiresGrad);
      assertThat(module.isTraining()).isTrue();
      module.eval();
      FloatBuffer expected = ArchitectureReferences.outputs(architecture);
      try (Tensor image = Formula.images("image", 1, 224, 224)) {
        double spread = assertOutputs(architecture, module, image, expected, 1000);
        assertThat(spread).as("spread of the logits, so that the test can fail").isGreaterThan(1);
      }
      try (Tensor images = Formula.images("images", 2, 96, 128)) {
        if (architecture == Architecture.VIT_B_16) {
          assertThatThrownBy(() -> module.forward(images))
              .isInstanceOf(TorchException.class)
              .hasMessageContaining("takes images of 224x224 pixels, not of 128x96");
        } else {
          assertOutputs(architecture, module, images, expected, 100);
        }
      }
      assertThat(expected.hasRemaining()).isFalse();
    }
  }

  /** Compares the first logits and features of each image; returns the logits' deviation. */
  private static double assertOutputs(
      Architecture architecture, Module module, Tensor x, FloatBuffer expected, int count) {
    try (Tensor logits = module.forward(x);
        Tensor features = module.call("forward_features", x);
        Tensor again = module.call("forward_head", features)) {
      assertThat(logits.shape()).containsExactly(x.shape()[0], 1000);
      assertThat(features.shape()).containsExactly(x.shape()[0], architecture.features());
      assertThat(again.contentEquals(logits)).as("forward is the head of the features").isTrue();
      double worst = Math.max(compare(logits, expected, count), compare(features, expected, 32));
      double mean = Arrays.stream(logits.toDoubleArray()).average().orElseThrow();
      double spread =
          Math.sqrt(
              Arrays.stream(logits.toDoubleArray())
                  .map(v -> (v - mean) * (v - mean))
                  .average()
                  .orElseThrow());
      assertThat(worst).as("largest difference, spread %.2f", spread).isLessThan(TOLERANCE);
      return spread;
    }
  }

  private static double compare(Tensor actual, FloatBuffer expected, int count) {
    float[] values = actual.toFloatArray();
    int rows = (int) actual.shape()[0];
    double worst = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < count; i++) {
        float value = values[row * (values.length / rows) + i];
        worst = Math.max(worst, Math.abs(value - expected.get()));
      }
    }
    return worst;
  }

  @ParameterizedTest
  @EnumSource(names = {"RESNET50", "MOBILENET_V2", "MOBILENET_V3_LARGE", "EFFICIENTNET_B0"})
  void aTrainingStepMovesTheRunningStatisticsAsTorchvisions(Architecture architecture) {
    List<String[]> expected = ArchitectureReferences.trained(architecture);
    assertThat(expected).hasSizeGreaterThan(8);
    try (Module module = filled(architecture);
        Tensor images = Formula.images("batch", 4, 96, 96);
        NoGrad guard = NoGrad.open()) {
      module.forward(images).close();
      Map<String, Tensor> buffers = module.namedBuffers();
      double worst = 0;
      for (String[] line : expected) {
        double mean = buffers.get(line[1] + ".running_mean").toDoubleArray()[0];
        double variance = buffers.get(line[1] + ".running_var").toDoubleArray()[0];
        worst = Math.max(worst, Math.abs(mean - Double.parseDouble(line[2])));
        worst = Math.max(worst, Math.abs(variance - Double.parseDouble(line[3])));
      }
      assertThat(worst).isLessThan(TOLERANCE);
    }
  }

  /** Values of ±1e-3 have a variance of 1e-6: an epsilon of as much scales them by sqrt(1/2). */
  @ParameterizedTest
  @EnumSource(names = {"CONVNEXT_TINY", "VIT_B_16"})
  void layerNormsEpsilonIs1em6(Architecture architecture) {
    try (Module module = architecture.buildEmpty(2)) {
      List<Module.Node> norms =
          module.namedModules().stream().filter(node -> node.type().contains("LayerNorm")).toList();
      assertThat(norms).hasSizeGreaterThan(20);
      for (Module.Node norm : norms) {
        int channels = (int) module.parameter(norm.path() + ".weight").numel();
        float[] values = new float[channels];
        for (int i = 0; i < channels; i++) {
          values[i] = i % 2 == 0 ? 1e-3f : -1e-3f;
        }
        long[] shape =
            norm.type().endsWith("2d") ? new long[] {1, channels, 1, 1} : new long[] {1, channels};
        try (Module layer = module.submodule(norm.path());
            Tensor input = Tensor.copyOf(values, shape);
            Tensor output = layer.forward(input)) {
          assertThat((double) output.toFloatArray()[0])
              .as(norm.path())
              .isCloseTo(Math.sqrt(0.5), within(1e-4));
        }
      }
    }
  }

  @Test
  void needsAClass() {
    assertThatThrownBy(() -> Architecture.VIT_B_16.buildEmpty(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 class");
  }
}
