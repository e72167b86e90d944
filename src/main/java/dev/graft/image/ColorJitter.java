package dev.graft.image;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Changes brightness, contrast, saturation and hue by random factors, in a random order. As
 * torchvision's <a
 * href="https://pytorch.org/vision/stable/generated/torchvision.transforms.ColorJitter.html">
 * ColorJitter</a> with one number for each; 0 leaves that property alone.
 *
 * @param brightness how much the brightness varies: its factor is drawn from {@code [max(0, 1 -
 *     brightness), 1 + brightness]}; from 0 to 100
 * @param contrast how much the contrast varies, drawn likewise; from 0 to 100
 * @param saturation how much the saturation varies, drawn likewise; from 0 to 100
 * @param hue how far the hue is shifted at most, either way, as a part of the colour circle; from 0
 *     to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements Transform {
  /** The largest strength; far beyond, every value becomes 0 or 255. */
  private static final double MAX_STRENGTH = 100;

  private static final ColorJitter NONE = new ColorJitter(0, 0, 0, 0);

  /**
   * Checks the values.
   *
   * @param brightness how much the brightness varies, from 0 to 100
   * @param contrast how much the contrast varies, from 0 to 100
   * @param saturation how much the saturation varies, from 0 to 100
   * @param hue how far the hue is shifted at most, from 0 to 0.5
   * @throws IllegalArgumentException if one is out of range
   */
  public ColorJitter {
    require("brightness", brightness, MAX_STRENGTH);
    require("contrast", contrast, MAX_STRENGTH);
    require("saturation", saturation, MAX_STRENGTH);
    require("hue", hue, 0.5);
  }

  /** One adjustment with its factor. */
  record Step(ColorAdjustment adjustment, double factor) {}

  /**
   * A jitter that changes nothing.
   *
   * @return the jitter whose values are all 0
   */
  public static ColorJitter none() {
    return NONE;
  }

  @Override
  public void apply(Frame frame, SplittableRandom random) {
    apply(frame, draw(random));
  }

  /** Carries out these adjustments, in this order. */
  static void apply(Frame frame, List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    PixelImage image = frame.settle();
    for (Step step : steps) {
      step.adjustment().apply(image, step.factor());
    }
  }

  /** Draws the order, then the factors. */
  List<Step> draw(SplittableRandom random) {
    ColorAdjustment[] order = ColorAdjustment.values();
    for (int last = order.length - 1; last > 0; last--) {
      int chosen = random.nextInt(last + 1);
      ColorAdjustment swapped = order[last];
      order[last] = order[chosen];
      order[chosen] = swapped;
    }
    Map<ColorAdjustment, Double> factors = new EnumMap<>(ColorAdjustment.class);
    draw(factors, ColorAdjustment.BRIGHTNESS, 1, brightness, random);
    draw(factors, ColorAdjustment.CONTRAST, 1, contrast, random);
    draw(factors, ColorAdjustment.SATURATION, 1, saturation, random);
    draw(factors, ColorAdjustment.HUE, 0, hue, random);
    List<Step> steps = new ArrayList<>();
    for (ColorAdjustment adjustment : order) {
      Double factor = factors.get(adjustment);
      if (factor != null) {
        steps.add(new Step(adjustment, factor));
      }
    }
    return steps;
  }

  private static void draw(
      Map<ColorAdjustment, Double> factors,
      ColorAdjustment adjustment,
      double center,
      double spread,
      SplittableRandom random) {
    if (spread > 0) {
      double least = center == 0 ? -spread : Math.max(0, center - spread);
      // Not nextDouble(least, most), which takes no range that rounding has made empty.
      double drawn = random.nextDouble() * (center + spread - least) + least;
      factors.put(adjustment, drawn);
    }
  }

  private static void require(String what, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be from 0 to %s: %s".formatted(what, most, value));
    }
  }
}
