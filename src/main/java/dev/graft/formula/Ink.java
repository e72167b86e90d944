package dev.graft.formula;

import java.awt.Color;
import java.util.SplittableRandom;

/**
 * The colours of one picture's subject: strong ones around a hue, which stand out from a ground
 * that is pale or dark.
 *
 * @param hue 0 to 1 around the colour circle
 * @param random draws saturation and brightness
 */
record Ink(double hue, SplittableRandom random) {
  /** A colour of the subject. */
  Color color() {
    return color(0);
  }

  /**
   * A colour of another part of it.
   *
   * @param turn how far from the hue, in turns of the colour circle
   */
  Color color(double turn) {
    return hsb(hue + turn, random.nextDouble(0.35, 1), random.nextDouble(0.5, 0.95));
  }

  /** A darker one, which stands out from the others. */
  Color shade(double turn) {
    return hsb(hue + turn, random.nextDouble(0.2, 1), random.nextDouble(0.08, 0.4));
  }

  /** A pale colour or a dark one, of any hue: what lies behind and before subjects. */
  static Color muted(boolean light, SplittableRandom random) {
    double brightness = light ? random.nextDouble(0.75, 1) : random.nextDouble(0.05, 0.35);
    return hsb(random.nextDouble(), random.nextDouble(0.35), brightness);
  }

  private static Color hsb(double hue, double saturation, double brightness) {
    return Color.getHSBColor((float) hue, (float) saturation, (float) brightness);
  }

  /** The same colour, partly transparent. */
  static Color fade(Color color, int alpha) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
  }
}
