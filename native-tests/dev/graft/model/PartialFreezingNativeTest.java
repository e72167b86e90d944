package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.image.Preprocessing;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.GraphOptimization;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Below the lowest trained layer nothing is recorded, so backward ends there. */
class PartialFreezingNativeTest {
  private static final String PREFIXES =
      """
      def up_to_layer3(self, x):
        x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
        x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])
        return self.layer3.forward(self.layer2.forward(self.layer1.forward(x)))

      def up_to_layer4(self, x):
        return self.layer4.forward(self.up_to_layer3(x))
      """;

  @Test
  void runsTheFrozenPartWithoutAutograd() {
    var config = new GraftConfig(List.of("a", "b", "c"), Preprocessing.imagenet(64), 0, null);
    try (Module module = Architecture.RESNET18.build(3, 1);
        Classifier classifier = Classifier.graft(module, Device.CPU, config);
        Tensor x = Tensor.uniform(new SplittableRandom(2), 1, 4, 3, 64, 64);
        Tensor labels = Tensor.copyOf(new long[] {0, 1, 2, 0}, 4);
        GraphOptimization off = GraphOptimization.off()) {
      module.define(PREFIXES);
      assertThat(recorded(module, "up_to_layer3", x)).isTrue();

      classifier.freeze(Freezing.of(Freeze.NONE).withTrainable(List.of("layer4.*", "fc.*")));
      classifier.train();
      assertThat(recorded(module, "up_to_layer3", x)).isFalse();
      assertThat(recorded(module, "up_to_layer4", x)).isTrue();

      try (Tensor logits = classifier.forward(x);
          Tensor loss = Functional.crossEntropy(logits, labels)) {
        loss.backward();
      }
      module
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                try (Tensor grad = parameter.grad()) {
                  assertThat(grad != null)
                      .as(name)
                      .isEqualTo(name.startsWith("layer4.") || name.startsWith("fc."));
                }
              });
    }
  }

  private static boolean recorded(Module module, String method, Tensor x) {
    try (Tensor y = module.call(method, x)) {
      return y.requiresGrad();
    }
  }
}
