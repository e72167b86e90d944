package dev.graft.image;

import static dev.graft.image.ResamplerTest.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ColorJitterTest {
  private static final int DRAWS = 24_000;

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void allOrdersAreEquallyLikely() {
    Map<List<ColorAdjustment>, Integer> orders = new HashMap<>();
    ColorJitter jitter = new ColorJitter(0.1, 0.1, 0.1, 0.1);
    for (int i = 0; i < DRAWS; i++) {
      orders.merge(adjustments(jitter.draw(random)), 1, Integer::sum);
    }
    assertThat(orders).hasSize(24);
    // 1,000 expected of each, give or take five standard deviations.
    assertThat(orders.values()).allSatisfy(count -> assertThat(count).isBetween(845, 1155));
  }

  @Test
  void factorsAreUniformAroundWhatChangesNothing() {
    ColorJitter jitter = new ColorJitter(0.4, 0.2, 1.5, 0.1);
    Map<ColorAdjustment, int[]> quarters = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      for (ColorJitter.Step step : jitter.draw(random)) {
        int[] counts = quarters.computeIfAbsent(step.adjustment(), a -> new int[4]);
        switch (step.adjustment()) {
          case BRIGHTNESS -> count(step.factor(), 0.6, 1.4, counts);
          case CONTRAST -> count(step.factor(), 0.8, 1.2, counts);
          case SATURATION -> count(step.factor(), 0, 2.5, counts); // 1 - 1.5 is cut off at 0
          case HUE -> count(step.factor(), -0.1, 0.1, counts);
        }
      }
    }
    assertThat(quarters).hasSize(4);
    for (int[] counts : quarters.values()) {
      for (int count : counts) {
        assertThat(count).isBetween(5664, 6336); // 6,000, give or take five standard deviations
      }
    }
  }

  private static void count(double factor, double least, double most, int[] quarters) {
    assertThat(factor).isBetween(least, most);
    quarters[(int) (4 * (factor - least) / (most - least))]++;
  }

  @Test
  void theSmallestAndTheLargestStrengths_drawFactorsThatCanBeApplied() {
    double[] strengths = {Double.MIN_VALUE, 1e-300, 1e-17, 0x1p-53, 0x1p-52, 1e-9, 0.5};
    for (double strength : strengths) {
      ColorJitter jitter = new ColorJitter(strength, strength, strength, strength);
      for (int i = 0; i < 100; i++) {
        List<ColorJitter.Step> steps = jitter.draw(random);
        assertThat(adjustments(steps)).containsExactlyInAnyOrder(ColorAdjustment.values());
        for (ColorJitter.Step step : steps) {
          double center = step.adjustment() == ColorAdjustment.HUE ? 0 : 1;
          assertThat(step.factor()).isBetween(center - strength, center + strength);
        }
      }
    }
    for (ColorJitter.Step step : new ColorJitter(100, 100, 100, 0.5).draw(random)) {
      assertThat(step.factor()).isBetween(-0.5, 101.0);
    }
  }

  @Test
  void aFactorThatRoundsToOne_changesNothing() {
    PixelImage image = image(2, 1, 10, 20);
    image.pixels()[0] = (byte) 250;
    image.pixels()[4] = 7;
    byte[] before = image.pixels().clone();
    var steps = new ColorJitter(1e-17, 1e-17, 1e-17, 0).draw(random);

    assertThat(steps).hasSize(3);
    steps.forEach(step -> step.adjustment().apply(image, step.factor()));

    assertThat(image.pixels()).isEqualTo(before);
  }

  @Test
  void whatIsZeroIsLeftOut() {
    assertThat(adjustments(new ColorJitter(0, 0.2, 0, 0).draw(random)))
        .containsExactly(ColorAdjustment.CONTRAST);
    assertThat(ColorJitter.none().draw(random)).isEmpty();
  }

  @Test
  void theDecodedImageKeepsItsColours() {
    PixelImage decoded = image(2, 1, 100, 50);
    Frame frame = new Frame();
    frame.begin(decoded, "test");
    ColorJitter.apply(frame, List.of(new ColorJitter.Step(ColorAdjustment.BRIGHTNESS, 2)));
    assertThat(ResamplerTest.red(frame.settle())).containsExactly(200, 100);
    assertThat(ResamplerTest.red(decoded)).containsExactly(100, 50);
  }

  @Test
  void badStrengthsAreRefused() {
    refuses(-0.1, 0, "brightness must be from 0 to 100.0: -0.1");
    refuses(Double.NaN, 0, "brightness");
    refuses(Double.POSITIVE_INFINITY, 0, "brightness");
    refuses(0, 0.6, "hue must be from 0 to 0.5: 0.6");
  }

  private static void refuses(double brightness, double hue, String message) {
    assertThatThrownBy(() -> new ColorJitter(brightness, 0, 0, hue))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static List<ColorAdjustment> adjustments(List<ColorJitter.Step> steps) {
    return steps.stream().map(ColorJitter.Step::adjustment).toList();
  }
}
