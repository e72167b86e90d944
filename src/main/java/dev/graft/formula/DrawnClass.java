package dev.graft.formula;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A class of drawn pictures.
 *
 * @param name of its folder
 * @param formula what its pictures show
 * @param usualHue the commonest colour, 0 to 1 around the colour circle; null if any is as common
 */
record DrawnClass(String name, Formula formula, @Nullable Double usualHue) {
  /** How far hues scatter: colour helps to tell such a class, but not always. */
  private static final double HUE_SPREAD = 0.08;

  /** The colour of one picture's subject. */
  double hue(SplittableRandom random) {
    double any = random.nextDouble();
    return usualHue == null ? any : usualHue + HUE_SPREAD * random.nextGaussian();
  }
}
