package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.torch.MemoryFormat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder of empty files, and an image source that stands in for OpenCV. */
abstract class LoaderFixture {
  static final int SIZE = 2;
  static final int FLOATS = 3 * SIZE * SIZE;
  static final int IMAGES = 23;

  @TempDir Path dir;
  ImageFolder set;
  final AtomicInteger loaded = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();
  volatile Loading loading = file -> {};

  interface Loading {
    void load(Path file) throws InterruptedException;
  }

  @BeforeEach
  void makeData() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      Path file = dir.resolve(i < 11 ? "a" : "b").resolve(String.format("%02d.jpg", i));
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
    set = ImageFolder.open(dir);
  }

  @AfterEach
  void noThreadAndNoSourceIsLeft() {
    assertThat(workers()).isEmpty();
    assertThat(open).hasValue(0);
  }

  static LoaderConfig config(int workers) {
    return new LoaderConfig(4, workers, 2, 0, MemoryFormat.CHANNELS_LAST);
  }

  static SampleShape shape(int size) {
    return SampleShape.image(size, MemoryFormat.CONTIGUOUS);
  }

  DataLoader eval(LoaderConfig config) {
    return new DataLoader(set, shape(SIZE), DataLoader.Mode.EVAL, config, this::source);
  }

  /** Each image as its name and the random number that its loading drew. */
  static List<String> read(DataLoader loader, int epoch) {
    List<String> images = new ArrayList<>();
    try (Batches batches = loader.epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          for (int row = 0; row < batch.size(); row++) {
            Path file = batch.samples().get(row).path();
            images.add(file.getFileName() + " " + batch.inputBuffer().get(row * FLOATS));
          }
        }
      }
    }
    return images;
  }

  static float number(Path file) {
    return Float.parseFloat(file.getFileName().toString().substring(0, 2));
  }

  static List<Thread> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("graft-data") && t.isAlive())
        .toList();
  }

  SampleSource source() {
    open.incrementAndGet();
    return new SampleSource() {
      @Override
      public void load(
          int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset) {
        Path file = sample.path();
        try {
          loading.load(file);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        out.put(offset, (float) random.nextDouble());
        out.put(offset + 1, number(file));
        loaded.incrementAndGet();
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }
}
