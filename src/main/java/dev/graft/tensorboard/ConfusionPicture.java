package dev.graft.tensorboard;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A confusion matrix as a picture: a row for each label, a column for each answer, the darker the
 * larger the share of the label's images. Names and counts are there while they can be read.
 */
final class ConfusionPicture {
  /** More classes than this have no picture: it would have less than a pixel for each. */
  static final int MAX_CLASSES = 1000;

  private static final int MAX_LETTERED = 30;
  private static final int LETTERED_CELL = 64;
  private static final int BARE_SIDE = 1000;
  private static final int GAP = 10;
  private static final int FONT_SIZE = 18;
  private static final int MAX_NAME_WIDTH = 200;
  private static final Color FULL = new Color(0x08, 0x4c, 0x8c);

  private final List<String> classes;
  private final int[][] counts;
  private final @Nullable Font font;
  private final int cell;

  private ConfusionPicture(List<String> classes, int[][] counts, @Nullable Font font) {
    this.classes = classes;
    this.counts = counts;
    this.font = font;
    this.cell = font == null ? Math.max(1, BARE_SIDE / counts.length) : LETTERED_CELL;
  }

  /**
   * Draws.
   *
   * @param counts [label][answer], at least one class and at most {@link #MAX_CLASSES}
   */
  static BufferedImage draw(List<String> classes, int[][] counts) {
    boolean lettered = classes.size() <= MAX_LETTERED;
    return new ConfusionPicture(classes, counts, lettered ? font() : null).draw();
  }

  /** A system may have no fonts, and Java then throws all kinds of things. */
  private static @Nullable Font font() {
    try {
      var font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
      var probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
      probe.getFontMetrics(font).stringWidth("0");
      probe.dispose();
      return font;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return null;
    }
  }

  private BufferedImage draw() {
    int side = cell * counts.length;
    int names = font == null ? 0 : nameWidth() + 2 * GAP;
    var picture = new BufferedImage(names + side + 1, names + side + 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
      graphics.translate(names, names);
      cells(graphics);
      if (font != null) {
        graphics.setFont(font);
        names(graphics);
        numbers(graphics);
      }
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  private int nameWidth() {
    var probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    FontMetrics metrics = probe.getFontMetrics(font);
    int widest = classes.stream().mapToInt(metrics::stringWidth).max().orElse(0);
    probe.dispose();
    return Math.min(widest, MAX_NAME_WIDTH);
  }

  private void cells(Graphics2D graphics) {
    for (int label = 0; label < counts.length; label++) {
      for (int answer = 0; answer < counts.length; answer++) {
        graphics.setColor(shade(share(label, answer)));
        graphics.fillRect(answer * cell, label * cell, cell, cell);
      }
    }
    if (font != null) {
      graphics.setColor(Color.LIGHT_GRAY);
      for (int line = 0; line <= counts.length; line++) {
        graphics.drawLine(line * cell, 0, line * cell, counts.length * cell);
        graphics.drawLine(0, line * cell, counts.length * cell, line * cell);
      }
    }
  }

  /** The share of the label's images that got the answer. */
  private double share(int label, int answer) {
    long images = 0;
    for (int count : counts[label]) {
      images += count;
    }
    return images == 0 ? 0 : (double) counts[label][answer] / images;
  }

  private static Color shade(double share) {
    return new Color(
        fade(FULL.getRed(), share), fade(FULL.getGreen(), share), fade(FULL.getBlue(), share));
  }

  private static int fade(int full, double share) {
    return (int) Math.round(255 + (full - 255) * share);
  }

  /** Labels to the left, answers upwards above their columns. */
  private void names(Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.setColor(Color.BLACK);
    for (int label = 0; label < counts.length; label++) {
      String name = fitted(classes.get(label), metrics);
      int middle = label * cell + (cell + metrics.getAscent() - metrics.getDescent()) / 2;
      graphics.drawString(name, -GAP - metrics.stringWidth(name), middle);
      graphics.rotate(-Math.PI / 2);
      graphics.drawString(name, GAP, middle);
      graphics.rotate(Math.PI / 2);
    }
  }

  private static String fitted(String name, FontMetrics metrics) {
    String shown = name;
    while (metrics.stringWidth(shown) > MAX_NAME_WIDTH && shown.length() > 2) {
      shown = shown.substring(0, shown.length() - 2) + "…";
    }
    return shown;
  }

  private void numbers(Graphics2D graphics) {
    FontMetrics metrics = graphics.getFontMetrics();
    for (int label = 0; label < counts.length; label++) {
      for (int answer = 0; answer < counts.length; answer++) {
        String count = Integer.toString(counts[label][answer]);
        graphics.setColor(share(label, answer) > 0.5 ? Color.WHITE : Color.BLACK);
        graphics.drawString(
            count,
            answer * cell + (cell - metrics.stringWidth(count)) / 2,
            label * cell + (cell + metrics.getAscent() - metrics.getDescent()) / 2);
      }
    }
  }
}
