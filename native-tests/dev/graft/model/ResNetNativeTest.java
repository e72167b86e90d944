package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.Module;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResNetNativeTest {
  /** A scripted torchvision ResNet-18. */
  private static Module torchvision() {
    Path file = Path.of(System.getProperty("graft.shared"), "models/resnet18-imagenet.pt");
    assumeTrue(Files.exists(file), () -> file + " is not here: skipped");
    return Module.load(file, Device.CPU);
  }

  private static Tensor batch() {
    return Tensor.uniform(new SplittableRandom(7), 2, 4, 3, 64, 48);
  }

  private static Map<String, String> shapes(Map<String, Tensor> tensors) {
    Map<String, String> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.toString()));
    return shapes;
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-4f));
  }

  @Test
  void namesShapesAndTypesAreTorchvisions() {
    try (Module reference = torchvision();
        Module resnet = ResNet.resnet18(1000, 1)) {
      assertThat(shapes(resnet.namedParameters())).isEqualTo(shapes(reference.namedParameters()));
      assertThat(shapes(resnet.namedBuffers())).isEqualTo(shapes(reference.namedBuffers()));
    }
  }

  @Test
  void has11689512ParametersFor1000Classes() {
    try (Module resnet = ResNet.resnet18(1000, 1)) {
      assertThat(resnet.namedParameters().values().stream().mapToLong(Tensor::numel).sum())
          .isEqualTo(11_689_512);
    }
  }

  @Test
  void torchvisionsWeightsGiveTorchvisionsLogitsInBothModes() {
    try (Module reference = torchvision();
        Module resnet = ResNet.resnet18(1000, 1);
        StateDict weights = StateDict.copyOf(reference);
        Tensor x = batch()) {
      weights.loadInto(resnet);
      reference.eval();
      resnet.eval();
      try (Tensor expected = reference.forward(x);
          Tensor actual = resnet.forward(x)) {
        assertClose(actual, expected);
      }
      reference.train();
      resnet.train();
      try (Tensor expected = reference.forward(x);
          Tensor actual = resnet.forward(x)) {
        assertClose(actual, expected);
      }
      reference.namedBuffers().forEach((name, buffer) -> assertClose(resnet.buffer(name), buffer));
    }
  }

  @Test
  void theSeedDecidesTheWeights_theBackbonesWhateverTheClasses() {
    try (Module resnet = ResNet.resnet18(3, 1);
        Module same = ResNet.resnet18(3, 1);
        Module wider = ResNet.resnet18(5, 1);
        Module other = ResNet.resnet18(3, 2)) {
      resnet
          .namedParameters()
          .forEach(
              (name, weight) -> {
                assertThat(weight.contentEquals(same.parameter(name))).as(name).isTrue();
                if (!name.startsWith("fc.")) {
                  assertThat(weight.contentEquals(wider.parameter(name))).as(name).isTrue();
                }
              });
      for (String name : new String[] {"conv1.weight", "layer4.1.conv2.weight", "fc.bias"}) {
        assertThat(resnet.parameter(name).contentEquals(other.parameter(name))).as(name).isFalse();
      }
    }
  }

  @Test
  void weightsAreDrawnAsDocumented() {
    try (Module resnet = ResNet.resnet18(10, 1)) {
      double squares = 0;
      float[] weight = resnet.parameter("layer3.0.conv1.weight").toFloatArray();
      for (float w : weight) {
        squares += w * w;
      }
      assertThat(Math.sqrt(squares / weight.length))
          .isCloseTo(Math.sqrt(2.0 / (256 * 3 * 3)), within(1e-4));
      assertThat(resnet.parameter("layer1.1.bn2.weight").toFloatArray()).containsOnly(1);
      assertThat(resnet.parameter("layer1.1.bn2.bias").toFloatArray()).containsOnly(0);
      float bound = (float) (1 / Math.sqrt(512));
      float largest = 0;
      for (float w : resnet.parameter("fc.weight").toFloatArray()) {
        largest = Math.max(largest, Math.abs(w));
      }
      assertThat(largest).isLessThanOrEqualTo(bound).isGreaterThan(0.99f * bound);
    }
  }

  @Test
  void aSavedOneGivesTheSameLogits(@TempDir Path folder) {
    Path file = folder.resolve("resnet18.pt");
    try (Module resnet = ResNet.resnet18(3, 1);
        Tensor x = batch()) {
      resnet.eval();
      resnet.save(file, Map.of());
      try (Module loaded = Module.load(file, Device.CPU);
          Tensor expected = resnet.forward(x);
          Tensor actual = loaded.forward(x)) {
        assertThat(actual.contentEquals(expected)).isTrue();
        assertThat(loaded.namedModules().get(loaded.namedModules().size() - 1).type())
            .endsWith("torch.nn.modules.linear.Linear");
      }
    }
  }

  @Test
  void forwardIsTheHeadOfTheFeatures() {
    try (Module resnet = ResNet.resnet18(3, 1);
        Tensor x = batch()) {
      resnet.eval();
      try (Tensor expected = resnet.forward(x);
          Tensor features = resnet.call("forward_features", x);
          Tensor actual = resnet.call("forward_head", features)) {
        assertThat(features.shape()).containsExactly(4, 512);
        assertThat(actual.contentEquals(expected)).isTrue();
      }
    }
  }

  @Test
  void gradientsReachEveryParameter_andTrainingMovesTheRunningStatistics() {
    try (Module resnet = ResNet.resnet18(3, 1);
        StateDict before = StateDict.copyOf(resnet);
        Tensor x = batch();
        Tensor labels = Tensor.copyOf(new long[] {0, 1, 2, 0}, 4);
        Tensor logits = resnet.forward(x);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
      resnet
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                try (Tensor grad = parameter.grad()) {
                  assertThat(grad).as(name).isNotNull();
                  float[] values = grad.toFloatArray();
                  assertThat(values).as(name).isNotEqualTo(new float[values.length]);
                }
              });
      resnet
          .namedBuffers()
          .forEach(
              (name, buffer) ->
                  assertThat(buffer.contentEquals(before.tensors().get(name))).as(name).isFalse());
      assertThat(resnet.buffer("bn1.num_batches_tracked").item()).isEqualTo(1);
    }
  }

  @Test
  void needsAClass() {
    assertThatThrownBy(() -> ResNet.resnet18(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 class");
  }
}
