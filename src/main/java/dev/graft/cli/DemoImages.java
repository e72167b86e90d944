package dev.graft.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * The demo's data set: drawn pictures of a shape among clutter, one class for each {@link
 * DemoPicture.Subject}, as JPEG files of 96 to 160 pixels a side. The same seed gives the same
 * bytes.
 */
final class DemoImages {
  private DemoImages() {}

  /**
   * Writes {@code root/train/<class>/NNN.jpg} and {@code root/val/<class>/NNN.jpg}. A picture
   * depends on the seed, its split, class and number, not on how many there are.
   */
  static void write(Path root, long seed, int trainPerClass, int valPerClass) throws IOException {
    System.setProperty("java.awt.headless", "true"); // drawing into memory needs no display
    SplittableRandom random = new SplittableRandom(seed);
    for (DemoPicture.Subject subject : DemoPicture.Subject.values()) {
      String name = subject.name().toLowerCase(Locale.ROOT);
      writeClass(root.resolve("train").resolve(name), subject, random.split(), trainPerClass);
      writeClass(root.resolve("val").resolve(name), subject, random.split(), valPerClass);
    }
  }

  private static void writeClass(
      Path folder, DemoPicture.Subject subject, SplittableRandom random, int count)
      throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new DemoPicture(random.split()).draw(subject);
      writeJpeg(image, folder.resolve(String.format(Locale.ROOT, "%03d.jpg", i)));
    }
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
