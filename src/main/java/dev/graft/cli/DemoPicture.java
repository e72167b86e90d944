package dev.graft.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/**
 * One drawn picture: a gradient, soft blobs and curves, the subject several times, thin lines over
 * it, noise. The subject decides an outline and, loosely, a hue; all else is drawn from the same
 * distributions.
 */
final class DemoPicture {
  private static final int MIN_SIDE = 96;
  private static final int MAX_SIDE = 160;

  /** Deviation of a subject's hue from its kind's: colour helps to tell them, but not always. */
  private static final double HUE_SPREAD = 0.1;

  /** What a picture shows: its class. */
  enum Subject {
    CIRCLE(0.02, 0, 1, 1),
    STAR(0.35, 5, 0.42, 1.2),
    TRIANGLE(0.68, 3, 0.5, 1.3);

    private final double hue;
    private final int tips;
    private final double innerRadius;
    private final double size;

    /**
     * Describes a kind.
     *
     * @param hue the commonest colour, 0 to 1 around the colour circle
     * @param tips of its outline, 0 for a circle
     * @param innerRadius of the corners between the tips, where a tip's is 1
     * @param size evens out the areas
     */
    Subject(double hue, int tips, double innerRadius, double size) {
      this.hue = hue;
      this.tips = tips;
      this.innerRadius = innerRadius;
      this.size = size;
    }

    /** The outline around (0, 0), about 1 in radius. */
    private Shape outline() {
      if (tips == 0) {
        return new Ellipse2D.Double(-size, -size, 2 * size, 2 * size);
      }
      Path2D path = new Path2D.Double();
      for (int i = 0; i < 2 * tips; i++) {
        double radius = size * (i % 2 == 0 ? 1 : innerRadius);
        double angle = Math.PI * i / tips;
        double x = radius * StrictMath.cos(angle);
        double y = radius * StrictMath.sin(angle);
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

  private final SplittableRandom random;
  private final int width;
  private final int height;

  /** Whether the ground is pale or dark. */
  private final boolean lightGround;

  private final BufferedImage image;

  DemoPicture(SplittableRandom random) {
    this.random = random;
    width = random.nextInt(MIN_SIDE, MAX_SIDE + 1);
    int other = random.nextInt(MIN_SIDE, MAX_SIDE);
    height = other < width ? other : other + 1; // never square
    lightGround = random.nextBoolean();
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  BufferedImage draw(Subject subject) {
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    drawGround(canvas);
    drawSubjects(canvas, subject);
    drawLines(canvas, random.nextInt(0, 4), 0.8, 2);
    canvas.dispose();
    addNoise(random.nextDouble(2, 12));
    return image;
  }

  private void drawGround(Graphics2D canvas) {
    float x = (float) random.nextDouble(width);
    float y = (float) random.nextDouble(height);
    canvas.setPaint(
        new GradientPaint(x, 0, muted(lightGround), width - x, height - y, muted(lightGround)));
    canvas.fillRect(0, 0, width, height);
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      drawBlob(canvas);
    }
    drawLines(canvas, random.nextInt(2, 7), 1, 5);
  }

  /** A spot of colour that fades out: nothing with an edge like a circle's. */
  private void drawBlob(Graphics2D canvas) {
    float radius = (float) random.nextDouble(15, 50);
    float x = (float) random.nextDouble(width);
    float y = (float) random.nextDouble(height);
    Color color = muted(random.nextBoolean());
    Color middle = new Color(color.getRed(), color.getGreen(), color.getBlue(), 140);
    Color rim = new Color(color.getRed(), color.getGreen(), color.getBlue(), 0);
    canvas.setPaint(
        new RadialGradientPaint(x, y, radius, new float[] {0, 1}, new Color[] {middle, rim}));
    canvas.fillRect(0, 0, width, height);
  }

  private void drawLines(Graphics2D canvas, int count, double thinnest, double thickest) {
    for (int i = 0; i < count; i++) {
      canvas.setPaint(muted(random.nextBoolean()));
      canvas.setStroke(new BasicStroke((float) random.nextDouble(thinnest, thickest)));
      canvas.draw(
          new QuadCurve2D.Double(
              random.nextDouble(width),
              random.nextDouble(height),
              random.nextDouble(width),
              random.nextDouble(height),
              random.nextDouble(width),
              random.nextDouble(height)));
    }
  }

  /** Several of the kind, spread over a jittered grid, so that most crops show one. */
  private void drawSubjects(Graphics2D canvas, Subject subject) {
    int columns = width > height ? 3 : 2;
    int rows = 5 - columns;
    int always = random.nextInt(columns * rows);
    for (int cell = 0; cell < columns * rows; cell++) {
      if (cell == always || random.nextInt(3) > 0) {
        int column = cell % columns;
        int row = cell / columns;
        double x = (column + random.nextDouble(0.35, 0.65)) / columns;
        double y = (row + random.nextDouble(0.35, 0.65)) / rows;
        drawSubject(canvas, subject, x * width, y * height);
      }
    }
  }

  private void drawSubject(Graphics2D canvas, Subject subject, double x, double y) {
    double radius = random.nextDouble(0.13, 0.22) * Math.min(width, height);
    double stretch = random.nextDouble(0.8, 1.25);
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.rotate(random.nextDouble(2 * Math.PI));
    place.scale(radius * stretch, radius / stretch);
    place.rotate(random.nextDouble(2 * Math.PI));
    Shape shape = place.createTransformedShape(subject.outline());
    canvas.setPaint(strong(subject.hue + HUE_SPREAD * random.nextGaussian()));
    canvas.fill(shape);
    if (random.nextBoolean()) {
      canvas.setPaint(muted(random.nextBoolean()));
      canvas.setStroke(new BasicStroke((float) random.nextDouble(1, 3)));
      canvas.draw(shape);
    }
  }

  /** A strong colour, which stands out from either ground. */
  private Color strong(double hue) {
    return color(hue, random.nextDouble(0.5, 1), random.nextDouble(0.55, 0.9));
  }

  /** A pale colour or a dark one, of any hue. */
  private Color muted(boolean light) {
    double brightness = light ? random.nextDouble(0.8, 1) : random.nextDouble(0.05, 0.3);
    return color(random.nextDouble(), random.nextDouble(0.3), brightness);
  }

  private static Color color(double hue, double saturation, double brightness) {
    return Color.getHSBColor((float) hue, (float) saturation, (float) brightness);
  }

  private void addNoise(double strength) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        int noisy = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          double value = ((rgb >> shift) & 0xff) + strength * random.nextGaussian();
          noisy |= (int) Math.max(0, Math.min(255, value)) << shift;
        }
        image.setRGB(x, y, noisy);
      }
    }
  }
}
