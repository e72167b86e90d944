package dev.graft.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionPictureTest {
  private static int grey(BufferedImage picture, int x, int y) {
    int rgb = picture.getRGB(x, y);
    return ((rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff)) / 3;
  }

  @Test
  void aCellIsTheDarkerTheLargerItsShareOfTheLabelsImages() {
    BufferedImage picture =
        ConfusionPicture.draw(List.of("ants", "bees"), new int[][] {{30, 10}, {0, 0}});
    int right = picture.getWidth();
    int bottom = picture.getHeight();
    // Corners of the cells, clear of numbers and lines: 64 pixels each, at the lower right.
    int often = grey(picture, right - 125, bottom - 125);
    int seldom = grey(picture, right - 60, bottom - 125);
    int never = grey(picture, right - 125, bottom - 60);
    assertThat(often).isLessThan(seldom);
    assertThat(seldom).isLessThan(never);
    assertThat(never).isEqualTo(255);
  }

  @Test
  void manyClassesHaveNoNames_butAPixelEach() {
    List<String> names = IntStream.range(0, 1000).mapToObj(String::valueOf).toList();
    int[][] counts = new int[1000][1000];
    counts[999][0] = 1;
    BufferedImage picture = ConfusionPicture.draw(names, counts);
    assertThat(picture.getWidth()).isEqualTo(1001);
    assertThat(grey(picture, 0, 999)).isLessThan(150);
    assertThat(grey(picture, 1, 999)).isEqualTo(255);
  }

  @Test
  void aLongNameIsCut() {
    BufferedImage picture =
        ConfusionPicture.draw(List.of("a".repeat(500), "b"), new int[][] {{1, 0}, {0, 1}});
    assertThat(picture.getWidth()).isLessThan(400);
  }
}
