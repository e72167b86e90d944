package dev.graft.explain;

/**
 * Colours for numbers from 0 to 1, from dark violet over red to light yellow. Lightness rises by
 * the same amount at each step, so that equal differences look equal, in grey and to people who
 * cannot tell red from green too.
 *
 * <p>The path goes through the perceptual space Oklab, straight in lightness and hue and as
 * colourful as sRGB allows up to a bound.
 *
 * @see <a href="https://bottosson.github.io/posts/oklab/">Ottosson 2020, A perceptual color space
 *     for image processing</a>
 * @see <a href="https://bids.github.io/colormap/">van der Walt and Smith 2015, mpl colormaps</a>,
 *     which argue for such paths
 */
final class ColorMap {
  private static final int STEPS = 256;
  private static final double DARKEST = 0.25;
  private static final double LIGHTEST = 0.95;
  private static final double FIRST_HUE = 295; // violet, in degrees
  private static final double LAST_HUE = 360 + 105; // yellow
  private static final double MOST_CHROMA = 0.2;
  private static final int[] COLORS = new int[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      COLORS[i] = color(i / (STEPS - 1.0));
    }
  }

  private ColorMap() {}

  /** The colour of a number from 0 to 1, as 0xRRGGBB. */
  static int of(float value) {
    return COLORS[Math.round(value * (STEPS - 1))];
  }

  private static int color(double t) {
    double lightness = DARKEST + t * (LIGHTEST - DARKEST);
    double hue = Math.toRadians(FIRST_HUE + t * (LAST_HUE - FIRST_HUE));
    double chroma = MOST_CHROMA;
    double[] rgb = linear(lightness, chroma, hue);
    while (!isDisplayable(rgb)) {
      chroma -= 0.001;
      rgb = linear(lightness, chroma, hue);
    }
    return encoded(rgb[0]) << 16 | encoded(rgb[1]) << 8 | encoded(rgb[2]);
  }

  private static boolean isDisplayable(double[] rgb) {
    for (double value : rgb) {
      if (value < 0 || value > 1) {
        return false;
      }
    }
    return true;
  }

  /** From Oklab to linear sRGB, with the numbers of Ottosson's page. */
  private static double[] linear(double lightness, double chroma, double hue) {
    double a = chroma * Math.cos(hue);
    double b = chroma * Math.sin(hue);
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static double cube(double x) {
    return x * x * x;
  }

  /** The transfer function of sRGB (IEC 61966-2-1). */
  private static int encoded(double linear) {
    double value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * value);
  }
}
