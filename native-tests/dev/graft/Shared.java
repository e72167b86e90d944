package dev.graft;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Weights and images that are no part of the project; tests that need them skip without. */
public final class Shared {
  private Shared() {}

  /** The scripted ResNet-18 with ImageNet weights. */
  public static Path resnet18() {
    return require("models/resnet18-imagenet.pt");
  }

  /** The ants and bees of PyTorch's tutorial. */
  public static Path hymenoptera() {
    return require("data/hymenoptera_data");
  }

  private static Path require(String name) {
    Path path = Path.of(System.getProperty("graft.shared", "../shared")).resolve(name);
    Assumptions.assumeTrue(
        Files.exists(path), () -> "Skipped: " + path + " is not here (-Dgraft.shared=FOLDER).");
    return path;
  }
}
