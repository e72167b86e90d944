package dev.graft.predict;

import dev.graft.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Objects;

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
  record File(Path path) implements ImageSource {
    /**
     * Checks that there is one.
     *
     * @param path where it is
     */
    public File {
      Objects.requireNonNull(path, "path");
    }
  }

  /** The content of a file; not copied, so it must not change. */
  final class Encoded implements ImageSource {
    private final byte[] content;
    private final String name;

    private Encoded(byte[] content, String name) {
      this.content = Objects.requireNonNull(content, "content");
      this.name = Objects.requireNonNull(name, "name");
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
  record Decoded(BufferedImage image) implements ImageSource {
    /**
     * Checks that there is one.
     *
     * @param image not copied, so it must not change
     */
    public Decoded {
      Objects.requireNonNull(image, "image");
    }
  }

  /** What a network reads: the values of an image that was transformed and normalised elsewhere. */
  final class Preprocessed implements ImageSource {
    private final FloatBuffer values;

    private Preprocessed(FloatBuffer values) {
      this.values = values;
    }

    /** Writes the values with the channels last. */
    void copyTo(FloatBuffer out, int at, Preprocessing expected) {
      int side = expected.imageSize();
      int plane = side * side;
      if (values.limit() != 3 * plane) {
        throw new IllegalArgumentException(
            "A preprocessed image has %d values; the model takes 3 x %d x %d = %d."
                .formatted(values.limit(), side, side, 3 * plane));
      }
      float[] channel = new float[side];
      float[] row = new float[3 * side];
      for (int y = 0; y < side; y++) {
        for (int c = 0; c < 3; c++) {
          values.get(c * plane + y * side, channel);
          for (int x = 0; x < side; x++) {
            row[3 * x + c] = channel[x];
          }
        }
        out.put(at + y * row.length, row);
      }
    }
  }

  /**
   * Takes an image that was decoded, transformed and normalised elsewhere.
   *
   * @param values red, green, blue, each plane row by row, as the model's {@link
   *     dev.graft.model.Card#preprocessing()} wants them; not copied, so they must not change until
   *     they are answered
   * @param offset the index of the first value
   * @param length how many there are; a call with another number than the model takes ends with
   *     {@link IllegalArgumentException}
   * @return the source
   * @throws IndexOutOfBoundsException if so many values are not there
   */
  static ImageSource ofPreprocessed(float[] values, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, values.length);
    return ofPreprocessed(FloatBuffer.wrap(values, offset, length));
  }

  /**
   * Takes an image that was decoded, transformed and normalised elsewhere.
   *
   * @param values what is between the buffer's position and its limit: red, green, blue, each plane
   *     row by row, as the model's {@link dev.graft.model.Card#preprocessing()} wants them; not
   *     copied, so they must not change until they are answered. A call with another number than
   *     the model takes ends with {@link IllegalArgumentException}
   * @return the source
   */
  static ImageSource ofPreprocessed(FloatBuffer values) {
    return new Preprocessed(values.slice());
  }

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
