package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResamplerTest {
  @Test
  void halvingARow_weighsFourPixels() {
    // Centres 1 and 3 on a triangle 2 wide: 3/8 of the two nearest, 1/8 of the next; cut at the
    // edge
    // to 3, 3, 1 sevenths.
    PixelImage row = image(4, 1, 0, 100, 200, 40);
    assertThat(red(resample(row, Box.ofSize(4, 1), 2, 1)))
        .containsExactly(
            Math.round((3 * 0 + 3 * 100 + 200) / 7f), Math.round((100 + 3 * 200 + 3 * 40) / 7f));
  }

  @Test
  void doublingAColumn_interpolates() {
    PixelImage column = image(1, 2, 0, 100);
    assertThat(red(resample(column, Box.ofSize(1, 2), 1, 4))).containsExactly(0, 25, 75, 100);
  }

  @Test
  void theSameSize_changesNothing() {
    PixelImage square = image(2, 2, 1, 2, 254, 255);
    assertThat(red(resample(square, Box.ofSize(2, 2), 2, 2))).containsExactly(1, 2, 254, 255);
  }

  @Test
  void whatIsOutsideThePart_doesNotCount() {
    PixelImage row = image(4, 1, 255, 10, 10, 255);
    assertThat(red(resample(row, new Box(1, 0, 2, 1), 1, 1))).containsExactly(10);
    assertThat(red(resample(row, new Box(1, 0, 2, 1), 4, 1))).containsExactly(10, 10, 10, 10);
  }

  @Test
  void aWindow_isThatPartOfTheWhole() {
    PixelImage image =
        image(5, 4, 9, 8, 7, 6, 5, 90, 80, 70, 60, 50, 3, 1, 4, 1, 5, 0, 9, 99, 2, 6);
    int[] whole = red(resample(image, Box.ofSize(5, 4), 7, 6));
    PixelImage part = new PixelImage();
    part.setSize(3, 2);
    Box size = Box.ofSize(7, 6);
    Box window = new Box(2, 3, 3, 2);
    new Resampler()
        .resample(
            ImageRows.of(image), Box.ofSize(5, 4), size, window, part, Box.ofSize(3, 2), true);
    assertThat(red(part))
        .containsExactly(
            whole[3 * 7 + 4],
            whole[3 * 7 + 3],
            whole[3 * 7 + 2],
            whole[4 * 7 + 4],
            whole[4 * 7 + 3],
            whole[4 * 7 + 2]);
  }

  @Test
  void whiteStaysWhite_howeverItsWeightsAreRounded() {
    for (int width : new int[] {1, 2, 3, 7, 1000, 40_000}) {
      int[] white = new int[width];
      Arrays.fill(white, 255);
      PixelImage row = image(width, 1, white);
      assertThat(red(resample(row, Box.ofSize(width, 1), 3, 2))).containsOnly(255);
    }
  }

  private static PixelImage resample(PixelImage from, Box part, int width, int height) {
    PixelImage to = new PixelImage();
    to.setSize(width, height);
    Box all = Box.ofSize(width, height);
    new Resampler().resample(ImageRows.of(from), part, all, all, to, all, false);
    return to;
  }

  static PixelImage image(int width, int height, int... greys) {
    PixelImage image = new PixelImage();
    image.setSize(width, height);
    for (int i = 0; i < 3 * greys.length; i++) {
      image.pixels()[i] = (byte) greys[i / 3];
    }
    return image;
  }

  static int[] red(PixelImage image) {
    int[] values = new int[image.width() * image.height()];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.pixels()[3 * i] & 0xff;
    }
    return values;
  }
}
