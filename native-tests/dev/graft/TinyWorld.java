package dev.graft;

import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images that a network of nine weights can tell apart, and that network. */
public final class TinyWorld {
  private TinyWorld() {}

  /** Draws reddish, greenish and bluish pictures as {@code root/train|val/CLASS/N.png}. */
  public static Path draw(Path root, int trainPerClass, int valPerClass) throws IOException {
    String[] classes = {"blue", "green", "red"};
    for (int label = 0; label < classes.length; label++) {
      for (int i = 0; i < trainPerClass + valPerClass; i++) {
        String split = i < trainPerClass ? "train" : "val";
        Path folder = Files.createDirectories(root.resolve(split).resolve(classes[label]));
        var random = new Random(1000L * label + i);
        var image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int x = 0; x < 48; x += 8) {
          int[] rgb = {random.nextInt(160), random.nextInt(160), random.nextInt(160)};
          rgb[2 - label] += 95;
          graphics.setColor(new Color(rgb[0], rgb[1], rgb[2]));
          graphics.fillRect(x, 0, 8, 40);
        }
        graphics.dispose();
        ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
      }
    }
    return root;
  }

  /** Saves a classifier of the pictures, as graft does, with weights by chance. */
  public static Path save(Path file) {
    return save(file, network("fc"), List.of("blue", "green", "red"));
  }

  /** Saves a network, which it closes, as a classifier of images of 32 x 32. */
  public static Path save(Path file, Module network, List<String> classes) {
    var config = new GraftConfig(classes, Preprocessing.imagenet(32), 1, null);
    try (Classifier classifier = Classifier.graft(network, Device.CPU, config)) {
      classifier.save(file, Provenance.none());
    }
    return file;
  }

  /** The network with a buffer of a type that the wrappers do not have, such as complex64. */
  public static Module networkWithBuffer(String expression) {
    try (Module bn = batchNorm("self.training");
        Module head = linear(3, 5, 2);
        Module maker =
            new ModuleBuilder("Maker")
                .define("def forward(self, x):\n  return " + expression)
                .build();
        Tensor zeros = Tensor.zeros(DType.FLOAT32, 2);
        Tensor odd = maker.forward(zeros)) {
      return new ModuleBuilder("Tiny")
          .module("bn", bn)
          .module("fc", head)
          .buffer("odd", odd)
          .define(
              "def forward(self, x):\n  return self.fc.forward(self.bn.forward(x.mean([2, 3])))")
          .build();
    }
  }

  /**
   * A network of 64 x 64 pixels that sees colours: {@code map} is [N, 3, 4, 4], at each position
   * how much more of red, green and blue there is than of the others; {@code fc} is its head.
   *
   * @param forward from {@code map} to {@code features} [N, 3]
   */
  public static Module colors(String forward) {
    float[] excess = {1, -1, -1, -1, 1, -1, -1, -1, 1};
    try (Tensor weight = Tensor.copyOf(excess, 3, 3, 1, 1);
        Module head = linear(3, 3, 1)) {
      return new ModuleBuilder("Colors")
          .parameter("weight", weight)
          .module("fc", head)
          .define(
              """
              def forward(self, x):
                map = torch.conv2d(torch.avg_pool2d(x, [16, 16]), self.weight)
              %s
                return self.fc.forward(features)
              """
                  .formatted(forward.indent(2).stripTrailing()))
          .build();
    }
  }

  /** Mean colour, BatchNorm, Linear: every part that a training run touches. */
  public static Module network(String headName) {
    return network(headName, "self.training", "return self.%s.forward(x)".formatted(headName));
  }

  /**
   * The network with BatchNorm's mode and the end of {@code forward} given.
   *
   * @param training the expression that BatchNorm gets; "False" is what an eval-mode trace has
   */
  public static Module network(String headName, String training, String end) {
    try (Module bn = batchNorm(training);
        Module head = linear(3, 5, 2)) {
      return new ModuleBuilder("Tiny")
          .module("bn", bn)
          .module(headName, head)
          .define("def forward(self, x):\n  x = self.bn.forward(x.mean([2, 3]))\n  " + end)
          .build();
    }
  }

  private static Module batchNorm(String training) {
    try (Tensor weight = Tensor.zeros(DType.FLOAT32, 3);
        Tensor bias = Tensor.zeros(DType.FLOAT32, 3);
        Tensor mean = Tensor.zeros(DType.FLOAT32, 3);
        Tensor variance = Tensor.zeros(DType.FLOAT32, 3)) {
      weight.fill(1);
      variance.fill(1);
      return new ModuleBuilder("torch.nn.modules.batchnorm.BatchNorm1d")
          .parameter("weight", weight)
          .parameter("bias", bias)
          .buffer("running_mean", mean)
          .buffer("running_var", variance)
          .define(
              """
              def forward(self, x):
                return torch.batch_norm(x, self.weight, self.bias, self.running_mean,
                    self.running_var, %s, 0.1, 1e-5, True)
              """
                  .formatted(training))
          .build();
    }
  }

  /** A Linear as PyTorch scripts it. */
  public static Module linear(int in, int out, long seed) {
    try (Tensor weight = Tensor.uniform(new SplittableRandom(seed), 0.5, out, in);
        Tensor bias = Tensor.uniform(new SplittableRandom(seed + 1), 0.5, out)) {
      return new ModuleBuilder("torch.nn.modules.linear.Linear")
          .parameter("weight", weight)
          .parameter("bias", bias)
          .define("def forward(self, x):\n  return torch.linear(x, self.weight, self.bias)")
          .build();
    }
  }
}
