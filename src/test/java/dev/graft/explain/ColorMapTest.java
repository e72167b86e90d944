package dev.graft.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColorMapTest {
  private static final int STEPS = 256;

  /** CIE 1976 L*, from 0 to 100: another measure of lightness than the one that it is made by. */
  private static double lightness(int rgb) {
    double luminance =
        0.2126 * linear(rgb >> 16 & 0xff)
            + 0.7152 * linear(rgb >> 8 & 0xff)
            + 0.0722 * linear(rgb & 0xff);
    return 116 * Math.cbrt(luminance) - 16;
  }

  private static double linear(int value) {
    double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  }

  @Test
  void itsLightnessRisesEvenly() {
    double first = lightness(ColorMap.of(0));
    double last = lightness(ColorMap.of(1));
    assertThat(first).isBetween(5.0, 20.0);
    assertThat(last).isBetween(90.0, 100.0);
    double even = (last - first) / (STEPS - 1);
    for (int i = 8; i < STEPS; i += 8) {
      double step = lightness(color(i)) - lightness(color(i - 8));
      assertThat(step).as("to %d", i).isBetween(0.5 * 8 * even, 1.5 * 8 * even);
    }
  }

  @Test
  void itJumpsNowhere() {
    for (int i = 1; i < STEPS; i++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        int before = color(i - 1) >> shift & 0xff;
        int after = color(i) >> shift & 0xff;
        assertThat(Math.abs(after - before)).as("to %d", i).isLessThanOrEqualTo(10);
      }
    }
  }

  @Test
  void goesFromVioletOverRedToYellow() {
    assertChannels(ColorMap.of(0), "b>r>g");
    assertChannels(ColorMap.of(0.5f), "r>b>=g");
    assertChannels(ColorMap.of(1), "r>g>b");
  }

  private static void assertChannels(int rgb, String order) {
    int r = rgb >> 16 & 0xff;
    int g = rgb >> 8 & 0xff;
    int b = rgb & 0xff;
    boolean holds =
        switch (order) {
          case "b>r>g" -> b > r && r > g;
          case "r>b>=g" -> r > b && r > g;
          default -> r > g && g > b;
        };
    assertThat(holds).as("%s of %06x", order, rgb).isTrue();
  }

  private static int color(int step) {
    return ColorMap.of(step / (STEPS - 1f));
  }
}
