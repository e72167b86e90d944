package dev.graft.formula;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/**
 * A line that winds or crosses itself. Pretraining has none of these: they are what transfer is
 * tried on.
 */
enum Curve implements Formula {
  /** x = sin(3 t + phase), y = sin(2 t). */
  LISSAJOUS {
    @Override
    Path2D path(SplittableRandom random) {
      double phase = random.nextDouble(0.25, 0.6) * Math.PI;
      return trace(2 * Math.PI, t -> StrictMath.sin(3 * t + phase), t -> StrictMath.sin(2 * t));
    }
  },
  /** The radius grows with the angle. */
  SPIRAL {
    @Override
    Path2D path(SplittableRandom random) {
      double turns = random.nextDouble(2.2, 3.8);
      double begin = random.nextDouble(0.05, 0.2);
      double end = 2 * Math.PI * turns;
      return trace(
          end,
          t -> (begin + (1 - begin) * t / end) * StrictMath.cos(t),
          t -> (begin + (1 - begin) * t / end) * StrictMath.sin(t));
    }
  },
  /** The path of a point of a wheel that rolls inside of a ring: a hypotrochoid of five loops. */
  SPIROGRAPH {
    @Override
    Path2D path(SplittableRandom random) {
      double arm = random.nextDouble(0.35, 0.55);
      double wheel = 1 - arm;
      return trace(
          2 * Math.PI,
          t -> wheel * StrictMath.cos(2 * t) + arm * StrictMath.cos(3 * t),
          t -> wheel * StrictMath.sin(2 * t) - arm * StrictMath.sin(3 * t));
    }
  };

  private static final int STEPS = 160;

  /** A coordinate over time. */
  private interface Coordinate {
    double at(double t);
  }

  /** The line of one example, within the circle or square of radius 1. */
  abstract Path2D path(SplittableRandom random);

  private static Path2D trace(double end, Coordinate x, Coordinate y) {
    Path2D path = new Path2D.Double();
    path.moveTo(x.at(0), y.at(0));
    for (int i = 1; i <= STEPS; i++) {
      double t = end * i / STEPS;
      path.lineTo(x.at(t), y.at(t));
    }
    return path;
  }

  @Override
  public void draw(Graphics2D canvas, Ink ink, SplittableRandom random) {
    canvas.setStroke(
        new BasicStroke(
            (float) random.nextDouble(0.06, 0.14), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    canvas.setPaint(ink.color());
    canvas.draw(path(random));
  }
}
