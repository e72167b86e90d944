package dev.graft.predict;

import dev.graft.MutatedImages;
import dev.graft.SmallResNet;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.model.ResNet;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** An image to be asked about, and models to ask. */
final class Served {
  private final String name;
  private final byte[] bytes;

  Served(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  String name() {
    return name;
  }

  /** The content of its file; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  /** Saves a ResNet-18 whose weights are random: no two seeds answer alike. */
  static Path model(Path file, int side, int seed, List<String> classes) {
    return model(ResNet.resnet18(10, seed), file, side, seed, classes);
  }

  /** The same of a small network, where what is around it matters. */
  static Path small(Path file, int side, int seed, List<String> classes) {
    return model(SmallResNet.build(10, seed), file, side, seed, classes);
  }

  private static Path model(Module network, Path file, int side, int seed, List<String> classes) {
    var config = new GraftConfig(classes, Preprocessing.imagenet(side), seed, null);
    try (Classifier classifier = Classifier.graft(network, Device.CPU, config)) {
      classifier.save(file, Provenance.none());
    }
    return file;
  }

  /** An image of the tests of decoding. */
  static Served golden(String name) {
    return new Served(name, MutatedImages.original(name));
  }

  /** A picture of coloured boxes; {@code format} is one that ImageIO writes, or ppm. */
  static Served drawn(int seed, int width, int height, String format) {
    String name = "drawn-" + seed + "." + format;
    BufferedImage image = picture(seed, width, height);
    if (format.equals("ppm")) {
      return new Served(name, ppm(image));
    }
    var out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("ImageIO does not write " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Served(name, out.toByteArray());
  }

  static BufferedImage picture(int seed, int width, int height) {
    var random = new Random(seed);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int box = 0; box < 12; box++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      int x = random.nextInt(width) - width / 4;
      int y = random.nextInt(height) - height / 4;
      graphics.fillRect(x, y, width / 4 + random.nextInt(width), height / 4 + height / 3);
    }
    graphics.dispose();
    return image;
  }

  private static byte[] ppm(BufferedImage image) {
    byte[] header =
        "P6\n%d %d\n255\n"
            .formatted(image.getWidth(), image.getHeight())
            .getBytes(StandardCharsets.US_ASCII);
    var out = new ByteArrayOutputStream();
    out.writeBytes(header);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        out.write(rgb >> 16);
        out.write(rgb >> 8);
        out.write(rgb);
      }
    }
    return out.toByteArray();
  }

  ImageSource encoded() {
    return ImageSource.of(bytes, name);
  }
}
