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
 * One drawn picture: a gradient, soft blobs and curves, the subject, thin lines over it, noise.
 * Everything but the subject's outline is drawn from the same distributions whatever the subject.
 */
final class DemoPicture {
  private static final int MIN_SIDE = 96;
  private static final int MAX_SIDE = 160;

  /** What a picture shows: its class. */
  enum Subject {
    CIRCLE(0, 1, 1),
    STAR(5, 0.42, 1.2),
    TRIANGLE(3, 0.5, 1.3);

    private final int tips;
    private final double innerRadius;
    private final double size;

    /**
     * Describes an outline.
     *
     * @param innerRadius of the corners between the tips, where a tip's is 1
     * @param size evens out the areas
     */
    Subject(int tips, double innerRadius, double size) {
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

  /** Dark things on a light ground, or the other way round. */
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
    drawSubject(canvas, subject);
    drawLines(canvas, random.nextInt(0, 4), 0.8, 2);
    canvas.dispose();
    addNoise(random.nextDouble(4, 16));
    return image;
  }

  private void drawGround(Graphics2D canvas) {
    float x = (float) random.nextDouble(width);
    float y = (float) random.nextDouble(height);
    canvas.setPaint(
        new GradientPaint(x, 0, color(lightGround), width - x, height - y, color(lightGround)));
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
    Color color = color(random.nextBoolean());
    Color middle = new Color(color.getRed(), color.getGreen(), color.getBlue(), 140);
    Color rim = new Color(color.getRed(), color.getGreen(), color.getBlue(), 0);
    canvas.setPaint(
        new RadialGradientPaint(x, y, radius, new float[] {0, 1}, new Color[] {middle, rim}));
    canvas.fillRect(0, 0, width, height);
  }

  private void drawLines(Graphics2D canvas, int count, double thinnest, double thickest) {
    for (int i = 0; i < count; i++) {
      canvas.setPaint(color(random.nextBoolean()));
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

  private void drawSubject(Graphics2D canvas, Subject subject) {
    double radius = random.nextDouble(0.24, 0.38) * Math.min(width, height);
    double stretch = random.nextDouble(0.8, 1.25);
    AffineTransform place = new AffineTransform();
    place.translate(random.nextDouble(0.35, 0.65) * width, random.nextDouble(0.35, 0.65) * height);
    place.rotate(random.nextDouble(2 * Math.PI));
    place.scale(radius * stretch, radius / stretch);
    place.rotate(random.nextDouble(2 * Math.PI));
    Shape shape = place.createTransformedShape(subject.outline());
    canvas.setPaint(color(!lightGround));
    canvas.fill(shape);
    if (random.nextBoolean()) {
      canvas.setPaint(color(random.nextBoolean()));
      canvas.setStroke(new BasicStroke((float) random.nextDouble(1, 3)));
      canvas.draw(shape);
    }
  }

  /** Light colours differ from dark ones in brightness, whatever their hues. */
  private Color color(boolean light) {
    float hue = (float) random.nextDouble();
    float saturation = (float) (light ? random.nextDouble(0.05, 0.5) : random.nextDouble(0.3, 1));
    float brightness = (float) (light ? random.nextDouble(0.75, 1) : random.nextDouble(0.1, 0.55));
    return Color.getHSBColor(hue, saturation, brightness);
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
