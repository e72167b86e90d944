package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnClassesTest {
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

  private Map<String, String> write(String name, DrawnClasses classes, int train, int val)
      throws IOException {
    Path root = folder.resolve(name);
    classes.write(root, train, val, () -> false);
    return contents(root);
  }

  @Test
  void writesTheAskedNumberOfPicturesPerClass() throws IOException {
    assertThat(write("a", DrawnClasses.unseen(1), 2, 1).keySet())
        .containsExactly(
            "train/lissajous/0000.jpg",
            "train/lissajous/0001.jpg",
            "train/spiral/0000.jpg",
            "train/spiral/0001.jpg",
            "train/spirograph/0000.jpg",
            "train/spirograph/0001.jpg",
            "val/lissajous/0000.jpg",
            "val/spiral/0000.jpg",
            "val/spirograph/0000.jpg");
  }

  @Test
  void theSeedDecidesTheBytes_theCountsDoNot() throws IOException {
    Map<String, String> pictures = write("a", DrawnClasses.forPretraining(3, 1), 2, 1);
    assertThat(write("same", DrawnClasses.forPretraining(3, 1), 2, 1)).isEqualTo(pictures);
    assertThat(write("more", DrawnClasses.forPretraining(7, 1), 3, 2))
        .containsAllEntriesOf(pictures);
    assertThat(write("other", DrawnClasses.forPretraining(3, 2), 2, 1).values())
        .doesNotContainAnyElementsOf(pictures.values());
    assertThat(pictures.values()).doesNotHaveDuplicates();
  }

  @Test
  void picturesAreNonSquareRgb_drawnWithoutADisplay() throws IOException {
    for (String name : write("a", DrawnClasses.unseen(1), 8, 0).keySet()) {
      BufferedImage image = ImageIO.read(folder.resolve("a").resolve(name).toFile());
      assertThat(image.getRaster().getNumBands()).isEqualTo(3);
      assertThat(image.getWidth()).isBetween(96, 160).isNotEqualTo(image.getHeight());
      assertThat(image.getHeight()).isBetween(96, 160);
    }
    assertThat(GraphicsEnvironment.isHeadless()).isTrue();
  }

  @Test
  void noTwoClassesOfPretrainingAreAlike() {
    var classes = DrawnClasses.forPretraining(60, 0).classes();
    assertThat(classes.stream().map(DrawnClass::formula)).doesNotHaveDuplicates();
    assertThat(classes.stream().map(DrawnClass::name)).doesNotHaveDuplicates();
    assertThat(classes.stream().collect(Collectors.groupingBy(c -> c.formula().getClass())))
        .hasSize(3)
        .allSatisfy((kind, alike) -> assertThat(alike).hasSize(20));
  }

  /** What the demo claims: not the formulas' parameters are new, but the formulas themselves. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void pretrainingNeverSawTheUnseenClasses(long seed) {
    var kinds = new HashSet<Class<?>>();
    DrawnClasses.forPretraining(60, seed).classes().forEach(c -> kinds.add(c.formula().getClass()));
    assertThat(kinds).containsExactlyInAnyOrder(Contours.class, Fractal.class, Texture.class);
    assertThat(DrawnClasses.unseen(seed).classes())
        .hasSize(3)
        .allSatisfy(c -> assertThat(c.formula()).isInstanceOf(Curve.class))
        .allSatisfy(c -> assertThat(c.usualHue()).isNull());
  }

  @Test
  void stopsWhenAsked() {
    assertThatThrownBy(() -> DrawnClasses.unseen(1).write(folder, 5, 5, () -> true))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining(folder.toString());
    assertThat(folder.resolve("train/spiral/0000.jpg")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 10_000})
  void aNumberOfClassesOutOfRangeIsRefused(int count) {
    assertThatThrownBy(() -> DrawnClasses.forPretraining(count, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("classes is " + count);
  }
}
