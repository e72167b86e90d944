package dev.graft.formula;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/**
 * Closed outlines around one centre, one within the other, each a polygon or a circle with waves on
 * it, made uneven by noise.
 *
 * <p>As the radial contours of Kataoka et al. (corners, how many, how far apart, noise), with the
 * sinusoidal waves of Takashima et al.
 *
 * @param corners of the polygon, at least 3; from {@link #ROUND} on it is taken for round
 * @param wave how many waves go around
 * @param height of the waves, as a share of the radius
 * @param ripple how many smaller waves go around
 * @param rings how many outlines there are, at least 1
 * @param inner the radius of the innermost, as a share of the outermost's
 * @param twist how far each is turned against the one before, in radians
 * @param roughness of the noise on the radius, as a share of it
 * @param filled whether areas are coloured, in turns, or lines drawn
 * @param line the lines' width
 * @see <a href="https://arxiv.org/abs/2206.09132">Kataoka et al. 2022, Replacing Labeled Real-image
 *     Datasets with Auto-generated Contours</a>
 * @see <a href="https://arxiv.org/abs/2303.01112">Takashima et al. 2023, Visual Atoms: Pre-training
 *     Vision Transformers with Sinusoidal Waves</a>
 */
record Contours(
    int corners,
    int wave,
    double height,
    int ripple,
    int rings,
    double inner,
    double twist,
    double roughness,
    boolean filled,
    double line)
    implements Formula {
  private static final int ROUND = 72;

  static Contours random(SplittableRandom random) {
    boolean round = random.nextInt(3) > 0;
    return new Contours(
        round ? ROUND : random.nextInt(3, 10),
        random.nextInt(2, 12),
        round ? random.nextDouble(0.45) : 0,
        random.nextInt(8, 25),
        random.nextInt(1, 8),
        random.nextDouble(0.15, 0.7),
        random.nextDouble(0.5),
        random.nextInt(2) * random.nextDouble(0.3),
        random.nextBoolean(),
        random.nextDouble(0.03, 0.12));
  }

  @Override
  public void draw(Graphics2D canvas, Ink ink, SplittableRandom random) {
    var noise = new Noise(random.nextLong());
    double ripples = height * random.nextDouble(0.1, 0.3);
    double phase = random.nextDouble(2 * Math.PI);
    Color[] colors = {ink.color(), ink.color(random.nextDouble(0.3))};
    canvas.setStroke(new BasicStroke((float) (line * random.nextDouble(0.8, 1.25))));
    for (int ring = 0; ring < rings; ring++) {
      double size = rings == 1 ? 1 : 1 - (1 - inner) * ring / (rings - 1);
      Path2D outline = outline(size, ring * twist, ripples, phase, noise);
      canvas.setPaint(colors[ring % 2]);
      if (filled) {
        canvas.fill(outline);
      } else {
        canvas.draw(outline);
      }
    }
  }

  private Path2D outline(double size, double turn, double ripples, double phase, Noise noise) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double angle = 2 * Math.PI * i / corners;
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      double radius =
          1
              + height * StrictMath.sin(wave * angle)
              + ripples * StrictMath.sin(ripple * angle + phase)
              + roughness * noise.at(3 * cos * size, 3 * sin * size);
      double scale = size * radius / (1 + height + ripples);
      double x = scale * StrictMath.cos(angle + turn);
      double y = scale * StrictMath.sin(angle + turn);
      if (i == 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    path.closePath();
    return path;
  }
}
