package dev.graft.formula;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A pattern of stripes in a few directions, or of cells, warped by noise, within a soft outline:
 * procedural noise of the kind that Baradad et al. train on.
 *
 * @param stripes one to three, added up
 * @param cells how many cells there are to the unit, 0 for none
 * @param warp how far noise moves the pattern
 * @param grain how often that noise changes, to the unit
 * @param steps in how many tones the pattern is drawn; 0 for all
 * @see <a href="https://arxiv.org/abs/2106.05963">Baradad et al. 2021, Learning to See by Looking
 *     at Noise</a>
 */
record Texture(List<Stripe> stripes, double cells, double warp, double grain, int steps)
    implements Formula {
  private static final int SIDE = 96;
  private static final int STEPS = 1024;

  /** A period of the sine. */
  private static final double[] TABLE = new double[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      TABLE[i] = StrictMath.sin(2 * Math.PI * i / STEPS);
    }
  }

  /** How a stripe goes from one tone to the other. */
  private enum Profile {
    SINE,
    RIDGE,
    SAW
  }

  /** A wave with so many periods to the unit in x and y. */
  private record Stripe(double x, double y, Profile profile) {
    private static Stripe random(SplittableRandom random) {
      double angle = random.nextDouble(Math.PI);
      double frequency = random.nextDouble(1, 6);
      Profile[] profiles = Profile.values();
      return new Stripe(
          frequency * StrictMath.cos(angle),
          frequency * StrictMath.sin(angle),
          profiles[random.nextInt(profiles.length)]);
    }

    /** From -1 to 1. */
    private double at(double u, double v, double phase) {
      double turns = x * u + y * v + phase;
      double part = turns - Math.floor(turns);
      return switch (profile) {
        case SINE -> TABLE[(int) (part * STEPS)];
        case RIDGE -> 1 - 2 * Math.abs(TABLE[(int) (part * STEPS)]);
        case SAW -> 2 * part - 1;
      };
    }
  }

  Texture {
    stripes = List.copyOf(stripes);
  }

  static Texture random(SplittableRandom random) {
    List<Stripe> stripes = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      stripes.add(Stripe.random(random));
    }
    double cells = random.nextInt(5) < 2 ? random.nextDouble(1.5, 6) : 0;
    return new Texture(
        stripes,
        cells,
        random.nextDouble(0.35),
        random.nextDouble(1, 4),
        random.nextInt(3) * random.nextInt(2, 4));
  }

  @Override
  public boolean isGround() {
    return true;
  }

  @Override
  public void draw(Graphics2D canvas, Ink ink, SplittableRandom random) {
    var noise = new Noise(random.nextLong());
    double[] phases = random.doubles(stripes.size()).toArray();
    double bend = warp * random.nextDouble(0.8, 1.2);
    Color light = ink.color();
    Color dark = ink.shade(random.nextDouble(0.25));
    double rim = random.nextDouble(0.7, 1.4);
    var sprite = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    for (int row = 0; row < SIDE; row++) {
      double v = 2.0 * row / SIDE - 1;
      for (int column = 0; column < SIDE; column++) {
        double u = 2.0 * column / SIDE - 1;
        double edge = Math.sqrt(u * u + v * v) + 0.3 * noise.at(2 * u + 50, 2 * v);
        if (edge < rim) {
          double du = bend * noise.at(grain * u, grain * v);
          double dv = bend * noise.at(grain * u, grain * v + 100);
          double tone = tone(u + du, v + dv, phases, noise);
          int opacity = (int) Math.min(255, 2000 * (rim - edge));
          sprite.setRGB(column, row, opacity << 24 | mix(dark, light, tone));
        }
      }
    }
    canvas.drawImage(sprite, new AffineTransform(2.0 / SIDE, 0, 0, 2.0 / SIDE, -1, -1), null);
  }

  /** From 0 to 1. */
  private double tone(double u, double v, double[] phases, Noise noise) {
    double sum = 0;
    for (int i = 0; i < phases.length; i++) {
      sum += stripes.get(i).at(u, v, phases[i]);
    }
    double tone = 0.5 + 0.5 * sum / phases.length;
    if (cells > 0) {
      tone = 0.25 * tone + 0.85 * noise.cells(cells * u, cells * v);
    }
    tone = Math.max(0, Math.min(0.999, tone));
    return steps == 0 ? tone : Math.floor(tone * steps) / (steps - 1);
  }

  private static int mix(Color from, Color to, double share) {
    int red = mix(from.getRed(), to.getRed(), share);
    int green = mix(from.getGreen(), to.getGreen(), share);
    int blue = mix(from.getBlue(), to.getBlue(), share);
    return red << 16 | green << 8 | blue;
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }
}
