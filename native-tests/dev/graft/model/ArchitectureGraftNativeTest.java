package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What graft does with its own architectures. */
class ArchitectureGraftNativeTest {
  private static GraftConfig config(Architecture architecture) {
    return new GraftConfig(List.of("ants", "bees"), architecture.preprocessing(), 1, null);
  }

  @ParameterizedTest
  @EnumSource
  void findsTheHeadByItself_andItsInputAreTheFeatures(Architecture architecture) {
    try (Module module = architecture.build(5, 1);
        Classifier classifier = Classifier.graft(module, Device.CPU, config(architecture));
        Tensor images = Formula.images("image", 1, 224, 224);
        NoGrad guard = NoGrad.open()) {
      Head head = classifier.card().head();
      assertThat(head.name()).isEqualTo(architecture.headName());
      assertThat(head.features()).isEqualTo(architecture.features());
      classifier.eval();
      try (FeatureExtractor extractor = classifier.featureExtractor(Precision.FP32);
          Tensor features = extractor.forward(images);
          Tensor expected = module.call("forward_features", images);
          Tensor logits = classifier.headNetwork().forward(features);
          Tensor whole = classifier.forward(images)) {
        assertClose(features, expected); // BatchNorm is folded, which rounds differently
        assertClose(logits, whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"RESNET18", "RESNET34", "RESNET101"},
      mode = EnumSource.Mode.EXCLUDE)
  void aSavedOneGivesTheSameLogits(Architecture architecture, @TempDir Path folder) {
    Path file = folder.resolve("model.pt");
    int size = architecture == Architecture.VIT_B_16 ? 224 : 64;
    try (Module module = architecture.build(5, 1);
        Tensor images = Formula.images("image", 1, size, size);
        NoGrad guard = NoGrad.open()) {
      module.eval();
      module.save(file, Map.of());
      try (Module loaded = Module.load(file, Device.CPU);
          Tensor expected = module.forward(images);
          Tensor actual = loaded.forward(images);
          Tensor features = loaded.call("forward_features", images);
          Tensor again = loaded.call("forward_head", features)) {
        assertThat(actual.contentEquals(expected)).isTrue();
        assertThat(again.contentEquals(expected)).isTrue();
      }
    }
  }

  /** Within 1e-4 of the largest value. */
  private static void assertClose(Tensor actual, Tensor expected) {
    float[] values = expected.toFloatArray();
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual.toFloatArray()).containsExactly(values, within(1e-4f * largest));
  }
}
