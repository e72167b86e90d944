package dev.graft.formula;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.QuadCurve2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/**
 * One drawn picture: a ground of a gradient, clouds, soft spots and curves; the subject once or
 * several times; thin lines over it; light from one side and noise. The class decides the subject;
 * all else is drawn from the same distributions.
 */
final class Picture {
  private static final int MIN_SIDE = 96;
  private static final int MAX_SIDE = 160;
  private static final int LARGEST_CLOUDS = 24;

  private final SplittableRandom random;
  private final int width;
  private final int height;

  /** Whether the ground is pale or dark. */
  private final boolean lightGround;

  private final BufferedImage image;

  Picture(SplittableRandom random) {
    this.random = random;
    width = random.nextInt(MIN_SIDE, MAX_SIDE + 1);
    int other = random.nextInt(MIN_SIDE, MAX_SIDE);
    height = other < width ? other : other + 1; // never square
    lightGround = random.nextBoolean();
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  BufferedImage draw(DrawnClass drawn) {
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    drawGround(canvas);
    drawSubjects(canvas, drawn.formula(), new Ink(drawn.hue(random), random));
    drawLines(canvas, random.nextInt(0, 4), 0.8, 2);
    canvas.dispose();
    lightAndNoise(random.nextDouble(2, 12));
    return image;
  }

  private void drawGround(Graphics2D canvas) {
    float x = (float) random.nextDouble(width);
    float y = (float) random.nextDouble(height);
    Color from = Ink.muted(lightGround, random);
    Color to = Ink.muted(lightGround, random);
    canvas.setPaint(new GradientPaint(x, 0, from, width - x, height - y, to));
    canvas.fillRect(0, 0, width, height);
    if (random.nextBoolean()) {
      drawClouds(canvas);
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      drawSpot(canvas);
    }
    drawLines(canvas, random.nextInt(7), 1, 5);
  }

  /** Random colours on ever finer grids, ever fainter: about the spectrum of natural images. */
  private void drawClouds(Graphics2D canvas) {
    int opacity = random.nextInt(60, 160);
    for (int side = 3; side <= LARGEST_CLOUDS; side *= 2) {
      var grid = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
      for (int i = 0; i < side * side; i++) {
        Color color = Ink.fade(Ink.muted(random.nextInt(4) > 0 == lightGround, random), opacity);
        grid.setRGB(i % side, i / side, color.getRGB());
      }
      int margin = width / side; // interpolation fades out at the rim
      canvas.drawImage(grid, -margin, -margin, width + 2 * margin, height + 2 * margin, null);
      opacity = opacity * 2 / 3;
    }
  }

  /** A spot of colour that fades out: nothing with an edge. */
  private void drawSpot(Graphics2D canvas) {
    float radius = (float) random.nextDouble(15, 50);
    float x = (float) random.nextDouble(width);
    float y = (float) random.nextDouble(height);
    Color color = Ink.muted(random.nextBoolean(), random);
    Color[] colors = {Ink.fade(color, 140), Ink.fade(color, 0)};
    canvas.setPaint(new RadialGradientPaint(x, y, radius, new float[] {0, 1}, colors));
    canvas.fillRect(0, 0, width, height);
  }

  private void drawLines(Graphics2D canvas, int count, double thinnest, double thickest) {
    for (int i = 0; i < count; i++) {
      canvas.setPaint(Ink.muted(random.nextBoolean(), random));
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

  /** A material fills most of the picture; objects are few, large or small, and may overlap. */
  private void drawSubjects(Graphics2D canvas, Formula formula, Ink ink) {
    double shorter = Math.min(width, height);
    if (formula.isGround()) {
      drawSubject(canvas, formula, ink, shorter * random.nextDouble(0.5, 0.75), 0.4);
      return;
    }
    int count = random.nextInt(1, 4);
    double largest = count == 1 ? 0.48 : 0.34;
    for (int i = 0; i < count; i++) {
      drawSubject(canvas, formula, ink, shorter * random.nextDouble(0.2, largest), 0.3);
    }
  }

  /** Puts one somewhere around the middle, turned and a little stretched. */
  private void drawSubject(
      Graphics2D canvas, Formula formula, Ink ink, double radius, double margin) {
    double stretch = random.nextDouble(0.85, 1.2);
    var here = (Graphics2D) canvas.create();
    here.translate(
        width * random.nextDouble(margin, 1 - margin),
        height * random.nextDouble(margin, 1 - margin));
    here.rotate(random.nextDouble(2 * Math.PI));
    here.scale(radius * stretch, radius / stretch);
    here.rotate(random.nextDouble(2 * Math.PI));
    formula.draw(here, ink, random);
    here.dispose();
  }

  private void lightAndNoise(double strength) {
    double across = random.nextDouble(-0.25, 0.25) / width;
    double down = random.nextDouble(-0.25, 0.25) / height;
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      int x = i % width;
      int y = i / width;
      double light = 1 + across * (x - width / 2.0) + down * (y - height / 2.0);
      int lit = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        double value = light * ((pixels[i] >> shift) & 0xff) + strength * random.nextGaussian();
        lit |= (int) Math.max(0, Math.min(255, value)) << shift;
      }
      pixels[i] = lit;
    }
  }
}
