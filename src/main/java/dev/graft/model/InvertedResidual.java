package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the blocks that MobileNetV3 and EfficientNet share: 1x1 up, depthwise, squeeze and
 * excitation, 1x1 down without activation; a shortcut where the shape stays.
 */
final class InvertedResidual {
  private final Init init;
  private final Layers layers;
  private final double epsilon;
  private final double momentum;
  private final Activation squeezeActivation;
  private final Activation gate;

  /**
   * Fixes what all blocks of a network have in common.
   *
   * @param init where weights come from
   * @param epsilon of BatchNorm
   * @param momentum of BatchNorm
   * @param squeezeActivation between squeeze and excitation
   * @param gate makes factors of what excitation gives
   */
  InvertedResidual(
      Init init, double epsilon, double momentum, Activation squeezeActivation, Activation gate) {
    this.init = init;
    layers = new Layers(init);
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.squeezeActivation = squeezeActivation;
    this.gate = gate;
  }

  /**
   * One block.
   *
   * @param in channels
   * @param kernel of the depthwise convolution
   * @param hidden channels inside
   * @param out channels
   * @param squeeze channels of the squeeze, 0 for no squeeze and excitation
   * @param activation after the first two convolutions
   * @param stride of the depthwise convolution
   */
  record Shape(
      int in, int kernel, int hidden, int out, int squeeze, Activation activation, int stride) {
    boolean hasShortcut() {
      return stride == 1 && in == out;
    }
  }

  /** A block whose residual training drops with this probability; 0 for a block without that. */
  Module block(Shape shape, double dropProbability) {
    List<Module> steps = new ArrayList<>();
    if (shape.hidden != shape.in) {
      steps.add(convolution(shape.in, shape.hidden, 1, 1, shape.activation));
    }
    steps.add(
        sequential(
            layers.depthwise(shape.hidden, shape.kernel, shape.stride),
            shape.hidden,
            shape.activation));
    if (shape.squeeze > 0) {
      steps.add(squeezeExcitation(shape.hidden, shape.squeeze));
    }
    steps.add(Layers.sequential(layers.conv2d(shape.hidden, shape.out, 1, 1), norm(shape.out)));
    try (ModuleBuilder builder = new ModuleBuilder("graft.InvertedResidual")) {
      Layers.add(builder, "block", Layers.sequential(steps.toArray(Module[]::new)));
      String result = "self.block.forward(x)";
      if (dropProbability > 0) {
        Layers.add(builder, "stochastic_depth", Layers.stochasticDepth(dropProbability));
        result = "self.stochastic_depth.forward(" + result + ")";
      }
      String shortcut = shape.hasShortcut() ? ".add_(x)" : "";
      return builder.define("def forward(self, x):\n  return " + result + shortcut).build();
    }
  }

  /** A convolution, BatchNorm and an activation. */
  Module convolution(int in, int out, int kernel, int stride, Activation activation) {
    return sequential(layers.conv2d(in, out, kernel, stride), out, activation);
  }

  private Module sequential(Module convolution, int channels, Activation activation) {
    return Layers.sequential(convolution, norm(channels), activation.module());
  }

  private Module norm(int channels) {
    return Layers.batchNorm2d(channels, epsilon, momentum);
  }

  /**
   * Scales each channel by a factor computed from the averages of all.
   *
   * @see <a href="https://arxiv.org/abs/1709.01507">Hu et al. 2017, Squeeze-and-Excitation
   *     Networks</a>
   */
  private Module squeezeExcitation(int channels, int squeeze) {
    try (ModuleBuilder builder = new ModuleBuilder("graft.SqueezeExcitation")) {
      Layers.add(builder, "fc1", pointwise(channels, squeeze));
      Layers.add(builder, "fc2", pointwise(squeeze, channels));
      return builder
          .define(
              """
              def forward(self, input):
                scale = self.fc1.forward(torch.adaptive_avg_pool2d(input, [1, 1]))
                scale = self.fc2.forward(%s)
                return torch.mul(%s, input)
              """
                  .formatted(squeezeActivation.of("scale"), gate.of("scale")))
          .build();
    }
  }

  private Module pointwise(int in, int out) {
    return Layers.conv2d(init.kaimingNormal(out, in, 1), Init.constant(0, out), 1, 0, 1);
  }
}
