package dev.graft.formula;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Classes whose pictures are drawn: a data set of any size from a few numbers. Pictures are JPEG
 * files of 96 to 160 pixels a side. The same seed gives the same bytes, on the same version of Java
 * at least.
 */
public final class DrawnClasses {
  private static final int MAX_CLASSES = 9999;
  private static final int TRAIN = 0;
  private static final int VAL = 1;

  private final List<DrawnClass> classes;
  private final long seed;

  private DrawnClasses(List<DrawnClass> classes, long seed) {
    this.classes = List.copyOf(classes);
    this.seed = seed;
  }

  /**
   * The classes of pretraining: fractals, contours and textures in turns, of which every second
   * also has a usual colour.
   *
   * @param count how many, from 2 to 9,999; the first ones do not depend on it
   * @param seed decides what they are, and their pictures
   * @return the classes
   * @throws IllegalArgumentException if there are fewer or more
   */
  public static DrawnClasses forPretraining(int count, long seed) {
    if (count < 2 || count > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "classes is " + count + "; it must be from 2 to " + MAX_CLASSES + ".");
    }
    List<DrawnClass> classes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SplittableRandom random = random(seed, i);
      Double hue = i / 3 % 2 == 0 ? null : Double.valueOf(random.nextDouble());
      classes.add(
          switch (i % 3) {
            case 0 -> new DrawnClass(name("contours", i), Contours.random(random), hue);
            case 1 -> new DrawnClass(name("fractal", i), Fractal.random(random), hue);
            default -> new DrawnClass(name("texture", i), Texture.random(random), hue);
          });
    }
    return new DrawnClasses(classes, seed);
  }

  private static String name(String kind, int i) {
    return String.format(Locale.ROOT, "%s-%04d", kind, i);
  }

  /**
   * Three classes that pretraining does not have, of any colour: Lissajous figures, spirals and
   * spirographs.
   *
   * @param seed decides their pictures
   * @return the classes
   */
  public static DrawnClasses unseen(long seed) {
    return new DrawnClasses(
        Stream.of(Curve.values())
            .map(curve -> new DrawnClass(curve.name().toLowerCase(Locale.ROOT), curve, null))
            .toList(),
        seed);
  }

  List<DrawnClass> classes() {
    return classes;
  }

  /**
   * Draws the pictures {@code root/train/CLASS/NNNN.jpg} and {@code root/val/CLASS/NNNN.jpg} with
   * as many threads as there are processors, replacing those that are there. A picture depends on
   * the seed, its split, class and number, not on how many there are.
   *
   * @param root the folder, created where it is missing
   * @param trainPerClass pictures of each class in train
   * @param valPerClass pictures of each class in val
   * @param stop asked before each picture; true ends it
   * @throws IOException if a picture cannot be written
   * @throws CancellationException if it was asked to stop
   */
  public void write(Path root, int trainPerClass, int valPerClass, BooleanSupplier stop)
      throws IOException {
    System.setProperty("java.awt.headless", "true"); // drawing into memory needs no display
    try {
      IntStream.range(0, classes.size())
          .parallel()
          .forEach(
              i -> {
                writeClass(root.resolve("train"), i, TRAIN, trainPerClass, stop);
                writeClass(root.resolve("val"), i, VAL, valPerClass, stop);
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped while drawing; " + root + " is not complete.");
    }
  }

  private void writeClass(Path parent, int index, int split, int count, BooleanSupplier stop) {
    DrawnClass drawn = classes.get(index);
    try {
      Path folder = Files.createDirectories(parent.resolve(drawn.name()));
      for (int i = 0; i < count && !stop.getAsBoolean(); i++) {
        BufferedImage image = new Picture(random(seed, index, split, i)).draw(drawn);
        writeJpeg(image, folder.resolve(String.format(Locale.ROOT, "%04d.jpg", i)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stream of numbers for each place, whatever is drawn elsewhere. */
  private static SplittableRandom random(long seed, long... place) {
    var random = new SplittableRandom(seed);
    for (long step : place) {
      random = new SplittableRandom(random.nextLong() + step);
    }
    return random;
  }

  private static void writeJpeg(BufferedImage image, Path file) throws IOException {
    try (var out = Files.newOutputStream(file);
        var stream = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "jpg", stream)) {
        throw new IOException("This Java runtime cannot write JPEG files: " + file);
      }
    }
  }
}
