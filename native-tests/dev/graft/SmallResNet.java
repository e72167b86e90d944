package dev.graft;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;
import java.util.SplittableRandom;

/**
 * The operations of a ResNet-18 in the order that it has them, with one block instead of eight and
 * half the channels: a step of the network costs little, and what is around it shows.
 */
public final class SmallResNet {
  /** What its head sees of an image. */
  public static final int FEATURES = 64;

  private static final int WIDTH = 32;

  private SmallResNet() {}

  /** A classifier of RGB images of any size with weights by chance; its head is {@code fc}. */
  public static Module build(int classes, long seed) {
    var random = new SplittableRandom(seed);
    try (Module stem = convolution(random, 3, WIDTH, 7, 2);
        Module norm = batchNorm(WIDTH);
        Module block = block(random, WIDTH, FEATURES);
        Module head = TinyWorld.linear(FEATURES, classes, seed)) {
      return new ModuleBuilder("SmallResNet")
          .module("conv1", stem)
          .module("bn1", norm)
          .module("layer1", block)
          .module("fc", head)
          .define(
              """
              def forward(self, x):
                x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
                x = self.layer1.forward(torch.max_pool2d(x, [3, 3], [2, 2], [1, 1]))
                x = torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)
                return self.fc.forward(x)
              """)
          .build();
    }
  }

  /** Two convolutions of 3x3, the first with stride 2, and a projected shortcut around them. */
  private static Module block(SplittableRandom random, int in, int out) {
    try (Module first = convolution(random, in, out, 3, 2);
        Module firstNorm = batchNorm(out);
        Module second = convolution(random, out, out, 3, 1);
        Module secondNorm = batchNorm(out);
        Module projection = convolution(random, in, out, 1, 2);
        Module projectionNorm = batchNorm(out)) {
      return new ModuleBuilder("SmallBlock")
          .module("conv1", first)
          .module("bn1", firstNorm)
          .module("conv2", second)
          .module("bn2", secondNorm)
          .module("conv3", projection)
          .module("bn3", projectionNorm)
          .define(
              """
              def forward(self, x):
                shortcut = self.bn3.forward(self.conv3.forward(x))
                x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
                return torch.relu_(self.bn2.forward(self.conv2.forward(x)).add_(shortcut))
              """)
          .build();
    }
  }

  private static Module convolution(
      SplittableRandom random, int in, int out, int kernel, int stride) {
    double bound = Math.sqrt(6.0 / (in * kernel * kernel)); // He et al. 2015, uniform
    try (Tensor weight = Tensor.uniform(random, bound, out, in, kernel, kernel)) {
      return new ModuleBuilder("torch.nn.modules.conv.Conv2d")
          .parameter("weight", weight)
          .define(
              """
              def forward(self, x):
                return torch.conv2d(x, self.weight, None, [%1$d, %1$d], [%2$d, %2$d])
              """
                  .formatted(stride, kernel / 2))
          .build();
    }
  }

  private static Module batchNorm(int channels) {
    try (Tensor weight = Tensor.zeros(DType.FLOAT32, channels);
        Tensor bias = Tensor.zeros(DType.FLOAT32, channels);
        Tensor mean = Tensor.zeros(DType.FLOAT32, channels);
        Tensor variance = Tensor.zeros(DType.FLOAT32, channels)) {
      weight.fill(1);
      variance.fill(1);
      return new ModuleBuilder("torch.nn.modules.batchnorm.BatchNorm2d")
          .parameter("weight", weight)
          .parameter("bias", bias)
          .buffer("running_mean", mean)
          .buffer("running_var", variance)
          .define(
              """
              def forward(self, x):
                return torch.batch_norm(x, self.weight, self.bias, self.running_mean,
                    self.running_var, self.training, 0.1, 1e-5, True)
              """)
          .build();
    }
  }
}
