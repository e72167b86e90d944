package dev.graft.formula;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The attractor of an iterated function system.
 *
 * <p>As in Kataoka et al., each class has 2 to 8 maps with coefficients uniform from -1 to 1,
 * chosen in proportion to their determinants, and is taken only if it fills a fifth of its square;
 * examples vary the coefficients. Each map tints its points.
 *
 * @param maps of the plane to itself
 * @see <a href="https://arxiv.org/abs/2101.08515">Kataoka et al. 2020, Pre-training without Natural
 *     Images</a>
 */
record Fractal(List<Affine> maps) implements Formula {
  private static final int SIDE = 96;
  private static final int POINTS = 9000;
  private static final double VARIATION = 0.06;

  /**
   * The grid on which it is measured how much of the square is filled, and with how many points.
   */
  private static final int GRID = 32;

  private static final int TRIED = 3000;
  private static final double LEAST_FILLED = 0.2;

  /** Opacity of a pixel by how many points fell on it. */
  private static final int[] OPACITY = {0, 150, 215, 245, 255};

  Fractal {
    maps = List.copyOf(maps);
  }

  /** Draws parameters until they make a figure that is neither a dot nor dust. */
  static Fractal random(SplittableRandom random) {
    while (true) {
      int count = random.nextInt(2, 9);
      List<Affine> maps = Stream.generate(() -> Affine.random(random)).limit(count).toList();
      Attractor attractor = Attractor.of(maps, TRIED, GRID, random);
      if (attractor != null && attractor.filled() >= LEAST_FILLED) {
        return new Fractal(maps);
      }
    }
  }

  @Override
  public void draw(Graphics2D canvas, Ink ink, SplittableRandom random) {
    Attractor attractor = variation(random);
    double spread = random.nextDouble(0.04);
    int[] tints = new int[maps.size()];
    for (int i = 0; i < tints.length; i++) {
      tints[i] = ink.color(spread * i).getRGB() & 0xffffff;
    }
    var sprite = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    int[] hits = new int[SIDE * SIDE];
    for (int i = 0; i < attractor.points(); i++) {
      int at = attractor.pixel(i);
      hits[at] = Math.min(hits[at] + 1, OPACITY.length - 1);
      sprite.setRGB(at % SIDE, at / SIDE, OPACITY[hits[at]] << 24 | tints[attractor.map(i)]);
    }
    canvas.drawImage(sprite, new AffineTransform(2.0 / SIDE, 0, 0, 2.0 / SIDE, -1, -1), null);
  }

  /** A variation may fly away where the class does not; then another is taken. */
  private Attractor variation(SplittableRandom random) {
    @Nullable Attractor found = null;
    while (found == null) {
      List<Affine> varied = maps.stream().map(map -> map.varied(VARIATION, random)).toList();
      found = Attractor.of(varied, POINTS, SIDE, random);
    }
    return found;
  }
}
