package dev.graft.predict;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * An image to be classified. Files and encoded images are JPEG, PNG, WebP, BMP, GIF, TIFF or PNM;
 * they are decoded by the predictor's workers.
 */
public sealed interface ImageSource {
  /**
   * A file.
   *
   * @param path where it is
   */
  record File(Path path) implements ImageSource {}

  /** The content of a file; not copied, so it must not change. */
  final class Encoded implements ImageSource {
    private final byte[] content;
    private final String name;

    private Encoded(byte[] content, String name) {
      this.content = content;
      this.name = name;
    }

    /**
     * Returns the content.
     *
     * @return itself, not a copy
     */
    public byte[] content() {
      return content;
    }

    /**
     * Names the image in error messages.
     *
     * @return as it was given
     */
    public String name() {
      return name;
    }
  }

  /**
   * An image in memory. Transparency is ignored.
   *
   * @param image not copied, so it must not change
   */
  record Decoded(BufferedImage image) implements ImageSource {}

  /**
   * Names a file.
   *
   * @param path the file, read when its turn comes
   * @return the source
   */
  static ImageSource of(Path path) {
    return new File(path);
  }

  /**
   * Takes the content of a file.
   *
   * @param content not copied, so it must not change until it is answered
   * @param name what to call it in an error
   * @return the source
   */
  static ImageSource of(byte[] content, String name) {
    return new Encoded(content, name);
  }

  /**
   * Reads a stream to its end, at once and in the calling thread.
   *
   * @param stream the content of a file; not closed
   * @param name what to call it in an error
   * @return the source
   * @throws IOException if the stream cannot be read
   */
  static ImageSource of(InputStream stream, String name) throws IOException {
    return new Encoded(stream.readAllBytes(), name);
  }

  /**
   * Takes an image in memory.
   *
   * @param image not copied, so it must not change until it is answered; transparency is ignored
   * @return the source
   */
  static ImageSource of(BufferedImage image) {
    return new Decoded(image);
  }
}
