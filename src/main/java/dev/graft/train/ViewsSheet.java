package dev.graft.train;

import dev.graft.image.JpegPicture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Training views side by side on one picture, for {@code views.jpg}. */
final class ViewsSheet {
  private static final int COLUMNS = 6;
  private static final int MAX_SIDE = 224;
  private static final int GAP = 4;

  private ViewsSheet() {}

  /** Draws square views of one size; the result is a JPEG file's content. */
  static byte[] jpeg(List<BufferedImage> views) {
    int columns = Math.min(COLUMNS, views.size());
    int rows = (views.size() - 1) / columns + 1;
    int side = Math.min(MAX_SIDE, views.get(0).getWidth());
    var sheet =
        new BufferedImage(
            columns * (side + GAP) - GAP, rows * (side + GAP) - GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    for (int i = 0; i < views.size(); i++) {
      int x = i % columns * (side + GAP);
      int y = i / columns * (side + GAP);
      graphics.drawImage(views.get(i), x, y, side, side, null);
    }
    graphics.dispose();
    return JpegPicture.encode(sheet);
  }
}
