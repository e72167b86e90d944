package dev.graft.report;

import dev.graft.image.JpegPicture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Base64;

/**
 * A picture in a page.
 *
 * @param words what it shows
 * @param uri its whole content
 */
record Picture(String words, String uri) {
  /** Larger ones would make the file large; a card of the page is no wider. */
  private static final int MAX_SIDE = 224;

  static Picture of(String words, BufferedImage image) {
    return ofJpeg(words, JpegPicture.encode(smaller(image)));
  }

  static Picture ofJpeg(String words, byte[] jpeg) {
    return new Picture(words, "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg));
  }

  void write(Markup page) {
    page.empty("img", "src", uri, "alt", words);
  }

  private static BufferedImage smaller(BufferedImage image) {
    int side = Math.max(image.getWidth(), image.getHeight());
    if (side <= MAX_SIDE) {
      return image;
    }
    int width = Math.max(1, image.getWidth() * MAX_SIDE / side);
    int height = Math.max(1, image.getHeight() * MAX_SIDE / side);
    var small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return small;
  }
}
