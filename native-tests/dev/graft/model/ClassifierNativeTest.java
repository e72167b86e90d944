package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.Shared;
import dev.graft.TinyWorld;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Precision;
import dev.graft.torch.Sgd;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import dev.graft.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierNativeTest {
  private static final List<String> CLASSES = List.of("blue", "green", "red");

  private static GraftConfig config(String head) {
    return new GraftConfig(CLASSES, Preprocessing.imagenet(32), 3, head);
  }

  private static Classifier graft(Module module) {
    return Classifier.graft(module, Device.CPU, config(null));
  }

  private static void assertRefused(Module module, String head, String... message) {
    try (module;
        StateDict before = StateDict.copyOf(module)) {
      assertThatThrownBy(() -> Classifier.graft(module, Device.CPU, config(head)))
          .isInstanceOf(ModelException.class)
          .hasMessageContainingAll(message);
      before
          .tensors()
          .forEach(
              (name, value) ->
                  assertThat(
                          (module.namedParameters().containsKey(name)
                                  ? module.parameter(name)
                                  : module.buffer(name))
                              .contentEquals(value))
                      .as(name)
                      .isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fc", "classifier", "head", "odd_name"})
  void givesTheModelAFreshHead(String name) {
    try (Classifier classifier = graft(TinyWorld.network(name));
        Tensor images = Probe.images(2, 32);
        Tensor logits = classifier.forward(images)) {
      assertThat(classifier.card().head()).isEqualTo(new Head(name, 3, 3, true));
      assertThat(logits.shape()).containsExactly(2, 3);
      assertThat(classifier.classes()).isEqualTo(CLASSES);
      assertThat(classifier.module().isTraining()).isTrue();
      double bound = 1 / Math.sqrt(3);
      for (float weight : classifier.module().parameter(name + ".weight").toFloatArray()) {
        assertThat((double) weight).isBetween(-bound, bound).isNotZero();
      }
    }
  }

  @Test
  void sameSeedSameHead_otherSeedOtherHead() {
    try (Classifier a = graft(TinyWorld.network("fc"));
        Classifier b = graft(TinyWorld.network("fc"));
        Classifier c =
            Classifier.graft(
                TinyWorld.network("fc"),
                Device.CPU,
                new GraftConfig(CLASSES, Preprocessing.imagenet(32), 4, null))) {
      Tensor weight = a.module().parameter("fc.weight");
      assertThat(weight.contentEquals(b.module().parameter("fc.weight"))).isTrue();
      assertThat(weight.contentEquals(c.module().parameter("fc.weight"))).isFalse();
    }
  }

  /** Two Linear layers: hidden, then the one that gives the output, registered in either order. */
  private static Module twoLinears(String first, String second, String output, String hidden) {
    try (Module wide = TinyWorld.linear(3, 5, 1);
        Module last = TinyWorld.linear(5, 5, 2)) {
      return new ModuleBuilder("Two")
          .module(first, first.equals(hidden) ? wide : last)
          .module(second, second.equals(hidden) ? wide : last)
          .define(
              """
              def forward(self, x):
                return self.%s.forward(torch.relu(self.%s.forward(x.mean([2, 3]))))
              """
                  .formatted(output, hidden))
          .build();
    }
  }

  @Test
  void findsTheLayerThatGivesTheOutput_notTheLastRegistered() {
    try (Classifier classifier = graft(twoLinears("out", "hidden", "out", "hidden"))) {
      assertThat(classifier.card().head().name()).isEqualTo("out");
    }
    try (Classifier classifier = graft(twoLinears("hidden", "out", "out", "hidden"))) {
      assertThat(classifier.card().head().name()).isEqualTo("out");
    }
  }

  @Test
  void aNamedLayerThatIsNotTheHeadIsRefused() {
    assertRefused(twoLinears("hidden", "out", "out", "hidden"), "hidden", "\"hidden\"", "no head");
    assertRefused(twoLinears("hidden", "out", "out", "hidden"), "nope", "nope", "hidden, out");
  }

  @Test
  void whatIsNoClassifierIsRefused() {
    assertRefused(
        TinyWorld.network("fc", "self.training", "return torch.softmax(self.fc.forward(x), 1)"),
        null,
        "none of its Linear layers (fc)",
        "softmax");
    assertRefused(
        TinyWorld.network("fc", "self.training", "return (x, self.fc.forward(x))"),
        null,
        "not one tensor");
    assertRefused(
        TinyWorld.network("fc", "self.training", "return self.fc.forward(x).unsqueeze(0)"),
        null,
        "Not a classifier",
        "[1, 1, 5]");
  }

  @Test
  void anEvalModeTraceIsRefused() {
    assertRefused(
        TinyWorld.network("fc", "False", "return self.fc.forward(x)"),
        null,
        "traced in eval mode",
        "torch.jit.script");
  }

  @Test
  void graftingLeavesTheBackboneAndItsStatisticsAlone() {
    Module module = TinyWorld.network("fc");
    try (StateDict before = StateDict.copyOf(module);
        Classifier classifier = graft(module)) {
      for (String name : List.of("bn.weight", "bn.bias")) {
        assertThat(module.parameter(name).contentEquals(before.tensors().get(name))).isTrue();
      }
      for (String name : List.of("bn.running_mean", "bn.running_var")) {
        assertThat(module.buffer(name).contentEquals(before.tensors().get(name))).isTrue();
      }
      assertThat(classifier.trainableParameters()).hasSize(4);
    }
  }

  /** Names of the parameters and buffers that one step of training changes. */
  private static Set<String> changedByAStep(Freeze freeze, List<String> withGradient) {
    try (Classifier classifier = graft(TinyWorld.network("fc"));
        StateDict before = StateDict.copyOf(classifier.module());
        Tensor images = Probe.images(4, 32);
        Tensor labels = Tensor.copyOf(new long[] {0, 1, 2, 0}, 4)) {
      classifier.freeze(freeze);
      classifier.train();
      try (Sgd sgd = new Sgd(classifier.trainableParameters(), SgdConfig.of(0.1));
          Tensor logits = classifier.forward(images);
          Tensor loss = Functional.crossEntropy(logits, labels)) {
        loss.backward();
        sgd.step();
      }
      classifier
          .module()
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                try (Tensor gradient = parameter.grad()) {
                  if (gradient != null) {
                    withGradient.add(name);
                  }
                }
              });
      Set<String> changed = new TreeSet<>();
      try (StateDict after = StateDict.copyOf(classifier.module())) {
        after
            .tensors()
            .forEach(
                (name, value) -> {
                  if (!value.contentEquals(before.tensors().get(name))) {
                    changed.add(name);
                  }
                });
      }
      return changed;
    }
  }

  @ParameterizedTest
  @EnumSource(Freeze.class)
  void freezingKeepsWhatItSays(Freeze freeze) {
    List<String> withGradient = new ArrayList<>();
    Set<String> changed = changedByAStep(freeze, withGradient);
    Set<String> expected = new TreeSet<>(Set.of("fc.weight", "fc.bias"));
    if (freeze != Freeze.FEATURES) {
      expected.addAll(Set.of("bn.running_mean", "bn.running_var"));
    }
    if (freeze == Freeze.NONE) {
      expected.addAll(Set.of("bn.weight", "bn.bias"));
    }
    assertThat(changed).isEqualTo(expected);
    Set<String> parameters = new TreeSet<>(expected);
    parameters.removeIf(name -> name.contains("running"));
    assertThat(withGradient).containsExactlyInAnyOrderElementsOf(parameters);
  }

  @Test
  void headOnFeaturesIsTheWholeClassifier() {
    try (Classifier classifier = graft(TinyWorld.network("fc"));
        FeatureExtractor backbone = classifier.featureExtractor(Precision.FP32);
        Tensor images = Probe.images(3, 32);
        Tensor features = backbone.forward(images);
        Tensor split = classifier.headNetwork().forward(features)) {
      classifier.eval();
      try (Tensor whole = classifier.forward(images)) {
        assertThat(features.shape()).containsExactly(3, 3);
        assertThat(split.toFloatArray()).containsExactly(whole.toFloatArray());
      }
    }
  }

  @Test
  void savedClassifierComesBackWhole(@TempDir Path folder) {
    Path file = folder.resolve("model.pt");
    var provenance =
        new Provenance(
            Map.of("graft", "test"), 3, Map.of("lr", 0.1), "abc", Map.of("acc", 0.5), "");
    try (Classifier classifier = graft(TinyWorld.network("fc"));
        Tensor images = Probe.images(2, 32)) {
      classifier.freeze(Freeze.BACKBONE);
      classifier.save(file, provenance);
      assertThat(classifier.module().isTraining()).isTrue();
      classifier.eval();
      try (Classifier loaded = Classifier.load(file, Device.CPU);
          Tensor expected = classifier.forward(images);
          Tensor actual = loaded.forward(images)) {
        assertThat(actual.contentEquals(expected)).isTrue();
        assertThat(loaded.card()).isEqualTo(classifier.card());
        assertThat(loaded.module().isTraining()).isFalse();
        assertThat(loaded.module().namedParameters().values()).allMatch(Tensor::requiresGrad);
      }
    }
    assertThat(Card.readProvenance(file).path("data_digest").asText()).isEqualTo("abc");
    assertThat(Card.readProvenance(file).path("format").asInt()).isEqualTo(1);
    assertThat(Inspection.of(file).head()).isEqualTo(new Head("fc", 3, 3, true));
    // A run's result is a start for the next.
    try (Classifier again = Classifier.graft(file, Device.CPU, config(null))) {
      assertThat(again.card().head().name()).isEqualTo("fc");
    }
  }

  @Test
  void plainTorchscriptIsNoArtefact(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("plain.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(file, Map.of());
    }
    assertThatThrownBy(() -> Classifier.load(file, Device.CPU))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("plain.pt", "graft train");
    assertThat(Inspection.of(file).head()).isEqualTo(new Head("fc", 3, 5, true));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Classifier.load(file, Device.CPU))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("plain.pt");
  }

  @Test
  void torchvisionsResnetIsGraftedAtFc() {
    try (Classifier classifier =
        Classifier.graft(Shared.resnet18(), Device.CPU, GraftConfig.of(List.of("ants", "bees")))) {
      assertThat(classifier.card().head()).isEqualTo(new Head("fc", 512, 2, true));
      assertThat(classifier.card().architecture()).isEqualTo("ResNet");
    }
  }
}
