package dev.graft.image;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The way from an image file to the numbers a network reads: decode, transform, normalise.
 *
 * <p>What it writes depends on the image and the random numbers alone. Its buffers are reused from
 * image to image. Not thread-safe: one pipeline a thread. It owns native memory until it is closed.
 */
public final class ImagePipeline implements AutoCloseable {
  private final Preprocessing preprocessing;
  private final List<Transform> transforms;
  private final Normalizer normalizer;
  private final DecodedImages decoded;
  private final ImageDecoder decoder;
  private final PixelImage found = new PixelImage();
  private final Frame frame = new Frame();
  private @Nullable PixelImage transformed;

  /**
   * Makes a pipeline that writes values in torchvision's order, {@link Layout#CHW}.
   *
   * @param preprocessing the size of the result and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   */
  public ImagePipeline(Preprocessing preprocessing, List<Transform> transforms) {
    this(preprocessing, transforms, Layout.CHW);
  }

  /**
   * Makes a pipeline.
   *
   * @param preprocessing the size of the result and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param layout the order of the values that are written; the values are the same
   */
  public ImagePipeline(Preprocessing preprocessing, List<Transform> transforms, Layout layout) {
    this(preprocessing, transforms, layout, DecodedImages.none(), ImageDecoder.MAX_PIXELS);
  }

  /**
   * Makes a pipeline that refuses large images by their header.
   *
   * @param preprocessing the size of the result and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param layout the order of the values that are written; the values are the same
   * @param maxPixels as for {@link ImageDecoder#ImageDecoder(int)}
   */
  public ImagePipeline(
      Preprocessing preprocessing, List<Transform> transforms, Layout layout, int maxPixels) {
    this(preprocessing, transforms, layout, DecodedImages.none(), maxPixels);
  }

  /**
   * Makes a pipeline that need not decode all images.
   *
   * @param preprocessing the size of the result and how it is normalised
   * @param transforms what happens to each decoded image, in this order; images must come out with
   *     the preprocessing's size
   * @param layout the order of the values that are written; the values are the same
   * @param decoded files that it finds there are not read
   */
  public ImagePipeline(
      Preprocessing preprocessing,
      List<Transform> transforms,
      Layout layout,
      DecodedImages decoded) {
    this(preprocessing, transforms, layout, decoded, ImageDecoder.MAX_PIXELS);
  }

  private ImagePipeline(
      Preprocessing preprocessing,
      List<Transform> transforms,
      Layout layout,
      DecodedImages decoded,
      int maxPixels) {
    this.decoded = decoded;
    this.decoder = new ImageDecoder(maxPixels);
    this.preprocessing = preprocessing;
    this.transforms = List.copyOf(transforms);
    this.normalizer =
        new Normalizer(
            preprocessing.imageSize(), preprocessing.mean(), preprocessing.std(), layout);
  }

  /**
   * Loads a file into a buffer: {@link Preprocessing#floats()} values in this pipeline's layout.
   *
   * @param file the image file
   * @param random where the transforms take their chance from
   * @param out where to write; its position does not matter and does not change
   * @param offset the index of the first value in {@code out}
   * @throws ImageException if the file cannot be read, decoded or transformed
   * @throws IllegalStateException if this pipeline is closed, or the transforms give another size
   * @throws IndexOutOfBoundsException if the values do not fit in {@code out}
   * @throws java.io.UncheckedIOException if the thread is interrupted while it reads
   */
  public void load(Path file, SplittableRandom random, FloatBuffer out, int offset) {
    normalizer.write(pixels(file, random), out, offset);
  }

  /**
   * Loads an image in memory into a buffer, as {@link #load(Path, SplittableRandom, FloatBuffer,
   * int)} does with a file.
   *
   * @param encoded the content of an image file
   * @param name what to call it in an error
   * @param random where the transforms take their chance from
   * @param out where to write; its position does not matter and does not change
   * @param offset the index of the first value in {@code out}
   * @throws ImageException if the image cannot be decoded or transformed
   * @throws IllegalStateException if this pipeline is closed, or the transforms give another size
   * @throws IndexOutOfBoundsException if the values do not fit in {@code out}
   */
  public void load(
      byte[] encoded, String name, SplittableRandom random, FloatBuffer out, int offset) {
    PixelImage pixels = transform(decoder.open(encoded, name), name, random);
    normalizer.write(pixels, out, offset);
  }

  /**
   * Loads an image that is decoded already into a buffer, as {@link #load(Path, SplittableRandom,
   * FloatBuffer, int)} does with a file. Transparency is ignored.
   *
   * @param image of any type
   * @param random where the transforms take their chance from
   * @param out where to write; its position does not matter and does not change
   * @param offset the index of the first value in {@code out}
   * @throws ImageException if the image is too large or cannot be transformed
   * @throws IllegalStateException if the transforms give another size
   * @throws IndexOutOfBoundsException if the values do not fit in {@code out}
   */
  public void load(BufferedImage image, SplittableRandom random, FloatBuffer out, int offset) {
    String name = "the image in memory";
    decoder.requireSize(name, image.getWidth(), image.getHeight());
    normalizer.write(transform(rows(new AwtPixels(image)), name, random), out, offset);
  }

  /**
   * Reads a file as {@link #load(Path, SplittableRandom, FloatBuffer, int)} does, without decoding.
   *
   * @param file the image file
   * @return its content
   * @throws ImageException if the file is too large, no regular file, or cannot be read
   * @throws java.io.UncheckedIOException if the thread is interrupted while it reads
   */
  public byte[] read(Path file) {
    return decoder.content(file);
  }

  /**
   * The pixels of the image that was just loaded, transformed but not normalised: what the network
   * sees.
   *
   * @return the image, which this pipeline's next image overwrites, even one that fails
   * @throws IllegalStateException if none was loaded
   */
  public PixelImage pixels() {
    PixelImage last = transformed;
    if (last == null) {
      throw new IllegalStateException("This ImagePipeline has loaded no image.");
    }
    return last;
  }

  /** The transformed pixels of a file, before they are normalised; valid until the next image. */
  PixelImage pixels(Path file, SplittableRandom random) {
    DecodedImages.Pixels known = decoded.find(file);
    ImageRows image = known == null ? decoder.open(file) : rows(known);
    return transform(image, file.toString(), random);
  }

  private ImageRows rows(DecodedImages.Pixels known) {
    int width = known.width();
    return new ImageRows(
        width,
        known.height(),
        rows -> {
          found.setSize(width, rows);
          known.copyTo(found.pixels(), width * rows * 3);
          return found;
        });
  }

  private PixelImage transform(ImageRows image, String name, SplittableRandom random) {
    frame.begin(image, name);
    for (Transform transform : transforms) {
      transform.apply(frame, random);
    }
    int size = preprocessing.imageSize();
    if (frame.width() != size || frame.height() != size) {
      throw new IllegalStateException(
          "The transforms %s give %d x %d pixels, not %d x %d"
              .formatted(transforms, frame.width(), frame.height(), size, size));
    }
    PixelImage pixels = frame.settle();
    transformed = pixels;
    return pixels;
  }

  /** Frees the native memory. Closing again does nothing. */
  @Override
  public void close() {
    decoder.close();
  }
}
