package dev.graft.image;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Images that were decoded before, by their files. An {@link ImagePipeline} that has them reads and
 * decodes only the others. Used by several threads.
 */
public interface DecodedImages {
  /**
   * Knows no image.
   *
   * @return nothing is found in it
   */
  static DecodedImages none() {
    return file -> null;
  }

  /**
   * Looks an image up.
   *
   * @param file its path, as the pipeline is given it
   * @return its pixels, or null if they are not known
   */
  @Nullable Pixels find(Path file);

  /** The pixels of one image, as {@link PixelImage#pixels()} describes them. */
  interface Pixels {
    /**
     * The width.
     *
     * @return the number of columns
     */
    int width();

    /**
     * The height.
     *
     * @return the number of rows
     */
    int height();

    /**
     * Copies pixels from the image's beginning.
     *
     * @param into where to, from index 0
     * @param bytes how many, at most {@code 3 * width() * height()}
     */
    void copyTo(byte[] into, int bytes);
  }
}
