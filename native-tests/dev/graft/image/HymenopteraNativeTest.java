package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class HymenopteraNativeTest {
  /**
   * Printed by scripts/compare-eval-preset.py: the pixels of torchvision 0.14.1 on Pillow 9.4.0.
   */
  private static final String TORCHVISION =
      "ea1fddaa4e511c20cb3b3d1c05c0a11b5820e75a5eb82395d9edfab66bd9b5b1";

  @Test
  void theEvalPresetGivesTorchvisionsPixels_onTheTutorialsImages()
      throws IOException, NoSuchAlgorithmException {
    List<Path> files = files();
    Preprocessing imagenet = Preprocessing.imagenet(224);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (ImagePipeline pipeline = new ImagePipeline(imagenet, imagenet.evalTransforms())) {
      for (Path file : files) {
        PixelImage image = pipeline.pixels(file, new SplittableRandom(0));
        digest.update(image.pixels(), 0, imagenet.floats());
      }
    }
    assertThat(files).hasSize(153);
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(TORCHVISION);
  }

  @Test
  void cropsAreTheSame_whetherOrNotTheRowsBelowThemAreDecoded() throws IOException {
    Preprocessing imagenet = Preprocessing.imagenet(224);
    Frame whole = new Frame();
    try (ImageDecoder decoder = new ImageDecoder();
        ImagePipeline pipeline = new ImagePipeline(imagenet, imagenet.trainTransforms())) {
      for (Path file : files()) {
        PixelImage decoded = decoder.decode(file);
        for (int seed = 0; seed < 4; seed++) {
          SplittableRandom random = new SplittableRandom(seed);
          whole.begin(decoded, file.toString());
          imagenet.trainTransforms().forEach(transform -> transform.apply(whole, random));
          PixelImage cropped = pipeline.pixels(file, new SplittableRandom(seed));
          assertThat(Golden.digest(cropped)).isEqualTo(Golden.digest(whole.settle()));
        }
      }
    }
  }

  private static List<Path> files() throws IOException {
    Path folder =
        Path.of(System.getProperty("graft.shared", "../shared"), "data/hymenoptera_data/val");
    Assumptions.assumeTrue(Files.isDirectory(folder), "needs the images in " + folder);
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
