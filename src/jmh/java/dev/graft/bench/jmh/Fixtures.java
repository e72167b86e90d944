package dev.graft.bench.jmh;

import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What the benchmarks work on. */
final class Fixtures {
  private static final Path SHARED = Path.of(System.getProperty("graft.shared", "../shared"));

  private Fixtures() {}

  static Path weights() {
    return SHARED.resolve("models/resnet18-imagenet.pt");
  }

  /** The tutorial's ants and bees to validate on: 153 JPEGs of about 500 x 375 pixels. */
  static Path images() {
    return SHARED.resolve("data/hymenoptera_data/val");
  }

  /** So many of those files. */
  static List<Path> files(int count) {
    try (Stream<Path> files = Files.walk(images())) {
      return files.filter(Files::isRegularFile).sorted().limit(count).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files' content. */
  static byte[][] encoded(int count) {
    return files(count).stream().map(Fixtures::read).toArray(byte[][]::new);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** ResNet-18 with a head of two classes. */
  static Classifier classifier() {
    return Classifier.graft(weights(), Device.CPU, GraftConfig.of(List.of("ants", "bees")));
  }

  /** The same as a file, which is gone when the JVM ends. */
  static Path model() {
    try (Classifier classifier = classifier()) {
      Path file = Files.createTempFile("graft-bench", ".pt");
      file.toFile().deleteOnExit();
      classifier.save(file, Provenance.none());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Noise in the shape of images, [batch, 3, 224, 224]. */
  static FloatBuffer noise(int batch) {
    FloatBuffer noise =
        ByteBuffer.allocateDirect(batch * 3 * 224 * 224 * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    var random = new SplittableRandom(0);
    while (noise.hasRemaining()) {
      noise.put((float) random.nextDouble(-1, 1));
    }
    return noise.flip();
  }
}
