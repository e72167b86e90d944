package dev.graft.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decodes images to the bytes of Pillow's {@code convert("RGB")}: transparency is dropped, EXIF
 * orientation ignored, the first frame taken.
 *
 * <p>Read are JPEG, PNG, WebP, BMP, GIF, binary PPM, PGM and PBM, and simple TIFF. An image is
 * refused, with an {@link ImageException}, if it is damaged or truncated, if it has more than
 * {@link #MAX_PIXELS}, or if it is of a kind that readers disagree on.
 *
 * <p>Not thread-safe: one decoder a thread. It owns native memory until it is closed.
 */
public final class ImageDecoder implements AutoCloseable {
  /** Width times height of the largest image that is decoded at all, as in Pillow. */
  public static final int MAX_PIXELS = ImageHeader.MAX_PIXELS;

  private static final int MAX_FILE_BYTES = 1 << 30;

  private final int maxPixels;
  private final OpenCvCodec codec;
  private final PixelImage image = new PixelImage();
  private final Frame frame = new Frame();
  private byte[] file = {};
  private boolean closed;

  /**
   * Loads OpenCV, if that has not happened yet, and tells its version.
   *
   * @return such as 4.13.0
   */
  public static String openCvVersion() {
    return OpenCvCodec.version();
  }

  /** Makes a decoder, loading OpenCV if it is the first. */
  public ImageDecoder() {
    this(MAX_PIXELS);
  }

  /**
   * Makes a decoder that refuses large images by their header.
   *
   * @param maxPixels width times height of the largest image that it decodes, at least 1 and at
   *     most {@link #MAX_PIXELS}; decoding takes three bytes a pixel
   */
  public ImageDecoder(int maxPixels) {
    if (maxPixels < 1 || maxPixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels is %d; it must be between 1 and %d.".formatted(maxPixels, MAX_PIXELS));
    }
    this.maxPixels = maxPixels;
    codec = new OpenCvCodec();
  }

  /**
   * Decodes a file.
   *
   * @param path the file
   * @return the image, which this decoder's next image overwrites
   * @throws ImageException if the file cannot be read or decoded
   * @throws IllegalStateException if this decoder is closed
   * @throws UncheckedIOException if the thread is interrupted while it reads
   */
  public PixelImage decode(Path path) {
    return whole(open(path));
  }

  /**
   * Decodes an image in memory.
   *
   * @param encoded the content of an image file
   * @param name what to call it in an error
   * @return the image, which this decoder's next image overwrites
   * @throws ImageException if the image cannot be decoded
   * @throws IllegalStateException if this decoder is closed
   */
  public PixelImage decode(byte[] encoded, String name) {
    return whole(open(encoded, name));
  }

  /**
   * Shrinks the image that this decoder decoded last, if it is large, as {@link Shrink} does.
   *
   * @param decoded the image
   * @param name what to call it in an error
   * @param bound the longest that its shorter edge may be, in pixels, at least 1
   * @return the image, which this decoder's next image overwrites
   * @throws ImageException if the image is too long and thin to be shrunk
   */
  public PixelImage shrink(PixelImage decoded, String name, int bound) {
    if (Math.min(decoded.width(), decoded.height()) <= bound) {
      return decoded;
    }
    frame.begin(decoded, name);
    new Shrink(bound).apply(frame, new SplittableRandom(0)); // draws nothing
    return frame.settle();
  }

  /**
   * Recognises a format by how a file begins, whatever its name is.
   *
   * @param encoded the content of an image file
   * @return {@code jpeg}, {@code png}, {@code webp}, {@code bmp}, {@code gif}, {@code pnm} or
   *     {@code tiff}; {@code unknown} if it is none that is read
   */
  public static String format(byte[] encoded) {
    return ImageFormat.of(new Encoded("", encoded, encoded.length))
        .map(ImageFormat::label)
        .orElse("unknown");
  }

  private static PixelImage whole(ImageRows rows) {
    return rows.first(rows.height());
  }

  /** Reads a file and checks its structure; it is decoded when its rows are asked for. */
  ImageRows open(Path path) {
    requireOpen();
    return open(read(path));
  }

  /** Checks the structure of an image in memory; it is decoded when its rows are asked for. */
  ImageRows open(byte[] encoded, String name) {
    requireOpen();
    return open(new Encoded(name, encoded, encoded.length, maxPixels));
  }

  private ImageRows open(Encoded encoded) {
    ImageHeader header = ImageFormat.check(encoded);
    return new ImageRows(header.width(), header.height(), rows -> decode(encoded, header, rows));
  }

  private PixelImage decode(Encoded encoded, ImageHeader header, int rows) {
    try {
      switch (header.components()) {
        case ANY -> codec.decode(encoded, header, rows, image);
        case CMYK -> CmykJpeg.decode(encoded, false, image);
        case YCCK -> CmykJpeg.decode(encoded, true, image);
      }
    } catch (OutOfMemoryError tooLarge) {
      if (3L * header.width() * header.height() <= PixelImage.RETAINED_BYTES) {
        throw tooLarge; // not this image's fault
      }
      throw new ImageException(
          ImageException.Kind.TOO_LARGE,
          encoded.name(),
          "its %d x %d pixels do not fit in memory".formatted(header.width(), header.height()),
          tooLarge);
    }
    return image;
  }

  /** Refuses an image that was decoded elsewhere, but is larger than this decoder's would be. */
  void requireSize(String name, int width, int height) {
    ImageHeader.of(new Encoded(name, file, 0, maxPixels), width, height);
  }

  /** The content of a file that may be decoded. */
  byte[] content(Path path) {
    Encoded encoded = read(path);
    return Arrays.copyOf(encoded.bytes(), encoded.length());
  }

  private Encoded read(Path path) {
    String name = path.toString();
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw unreadable(
            name, attributes.isDirectory() ? "it is a folder" : "it is not a regular file", null);
      }
      if (attributes.size() > MAX_FILE_BYTES) {
        throw new ImageException(
            ImageException.Kind.TOO_LARGE,
            name,
            "it has more than " + MAX_FILE_BYTES + " bytes",
            null);
      }
      int size = (int) attributes.size();
      if (!PixelImage.suits(file.length, size, PixelImage.RETAINED_BYTES)) {
        file = new byte[size];
      }
      try (InputStream in = Files.newInputStream(path)) {
        return new Encoded(name, file, in.readNBytes(file, 0, size), maxPixels);
      }
    } catch (ClosedByInterruptException interrupted) {
      throw new UncheckedIOException("Interrupted while reading " + name, interrupted);
    } catch (NoSuchFileException missing) {
      throw unreadable(name, "there is no such file", missing);
    } catch (AccessDeniedException denied) {
      throw unreadable(name, "its permissions do not allow to read it", denied);
    } catch (IOException failed) {
      throw unreadable(name, "it cannot be read: " + failed.getMessage(), failed);
    }
  }

  private static ImageException unreadable(String name, String reason, @Nullable Throwable cause) {
    return new ImageException(ImageException.Kind.UNREADABLE, name, reason, cause);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This ImageDecoder is closed");
    }
  }

  /** Frees the native memory. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      codec.close();
    }
  }
}
