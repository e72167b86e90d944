package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoImagesTest {
  @TempDir private Path folder;

  /** Every file's bytes by its path. */
  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            root.relativize(file).toString().replace('\\', '/'),
            HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private Map<String, String> write(String name, long seed, int train, int val) throws IOException {
    Path root = folder.resolve(name);
    DemoImages.write(root, seed, train, val);
    return contents(root);
  }

  @Test
  void writesTheAskedNumberOfPicturesPerClass() throws IOException {
    assertThat(write("a", 1, 2, 1).keySet())
        .containsExactly(
            "train/circle/000.jpg",
            "train/circle/001.jpg",
            "train/star/000.jpg",
            "train/star/001.jpg",
            "train/triangle/000.jpg",
            "train/triangle/001.jpg",
            "val/circle/000.jpg",
            "val/star/000.jpg",
            "val/triangle/000.jpg");
  }

  @Test
  void theSeedDecidesTheBytes_theCountsDoNot() throws IOException {
    Map<String, String> pictures = write("a", 1, 2, 1);
    assertThat(write("same", 1, 2, 1)).isEqualTo(pictures);
    assertThat(write("more", 1, 3, 2)).containsAllEntriesOf(pictures);
    assertThat(write("other", 2, 2, 1).values()).doesNotContainAnyElementsOf(pictures.values());
    assertThat(pictures.values()).doesNotHaveDuplicates();
  }

  @Test
  void picturesAreNonSquareRgb_drawnWithoutADisplay() throws IOException {
    for (String name : write("a", 1, 8, 0).keySet()) {
      BufferedImage image = ImageIO.read(folder.resolve("a").resolve(name).toFile());
      assertThat(image.getRaster().getNumBands()).isEqualTo(3);
      assertThat(image.getWidth()).isBetween(96, 160).isNotEqualTo(image.getHeight());
      assertThat(image.getHeight()).isBetween(96, 160);
    }
    assertThat(GraphicsEnvironment.isHeadless()).isTrue();
  }
}
