package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.image.ImageErrors;
import dev.graft.image.ImageException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class DataLoaderTest {
  private static final int SIZE = 2;
  private static final int FLOATS = 3 * SIZE * SIZE;
  private static final int IMAGES = 23;

  @TempDir Path dir;
  private ImageFolder set;
  private final AtomicInteger loaded = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private volatile Loading loading = file -> {};

  private interface Loading {
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

  @Test
  void evalKeepsTheOrder_andTheLastBatchIsSmaller() {
    try (DataLoader loader = eval(config(2));
        Batches batches = loader.epoch(0)) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(6);
      assertThat(batches.count()).isEqualTo(6);
      List<Integer> indices = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          assertThat(batch.index()).isEqualTo(sizes.size());
          sizes.add(batch.size());
          indices.addAll(batch.indices());
          requireContents(batch);
        }
      }
      assertThat(indices).isEqualTo(IntStream.range(0, IMAGES).boxed().toList());
      assertThat(sizes).containsExactly(4, 4, 4, 4, 4, 3);
      assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void trainShuffles_anewEachEpoch_andTheSameBySeed() {
    List<String> first = epoch(config(0), 0);
    List<String> second = epoch(config(0), 1);

    assertThat(first).doesNotHaveDuplicates().hasSize(IMAGES);
    assertThat(names(second)).containsExactlyInAnyOrderElementsOf(names(first));
    assertThat(names(second)).isNotEqualTo(names(first));
    assertThat(epoch(config(0), 0)).isEqualTo(first);
    assertThat(names(epoch(config(0).withSeed(1), 0))).isNotEqualTo(names(first));
  }

  @Test
  void ordersAndRandomsAreTheSame_withAnyNumberOfWorkers() {
    List<String> alone = epoch(config(0), 3);

    loading = file -> Thread.sleep(Math.floorMod(file.hashCode(), 3));
    assertThat(epoch(config(1), 3)).isEqualTo(alone);
    assertThat(epoch(config(4), 3)).isEqualTo(alone);
    assertThat(epoch(config(4).withPrefetch(50), 3)).isEqualTo(alone);
  }

  @Test
  void aSamplesRandomDiffersByEpoch() {
    try (DataLoader loader = eval(config(0))) {
      assertThat(read(loader, 0)).doesNotContainAnyElementsOf(read(loader, 1));
    }
  }

  @Test
  void decodesAhead_butNeverMoreThanTheRingHolds() throws InterruptedException {
    try (DataLoader loader = eval(config(3));
        Batches batches = loader.epoch(0)) {
      awaitLoaded(12); // prefetch 2, and the batch that the consumer may have open
      Thread.sleep(30);
      assertThat(loaded).hasValue(12);

      Batch first = batches.next();
      Thread.sleep(30);
      assertThat(loaded).hasValue(12);

      first.close();
      awaitLoaded(16);
      Thread.sleep(30);
      assertThat(loaded).hasValue(16);
    }
  }

  @Test
  void reusesItsBuffers_overEpochs() {
    Set<FloatBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    try (DataLoader loader = eval(config(2))) {
      assertThat(loader.bufferBytes()).isEqualTo(3L * 4 * (FLOATS * Float.BYTES + Long.BYTES));
      for (int epoch = 0; epoch < 3; epoch++) {
        try (Batches batches = loader.epoch(epoch)) {
          while (batches.hasNext()) {
            try (Batch batch = batches.next()) {
              buffers.add(batch.imageBuffer());
            }
          }
        }
      }
    }
    assertThat(buffers).hasSize(3);
  }

  @Test
  void aWorkersFailureSurfaces_atItsBatch_withTheFileAndTheCause() {
    for (int workers : new int[] {0, 1, 4}) {
      loading =
          file -> {
            if (file.endsWith("09.jpg") || file.endsWith("10.jpg")) {
              throw ImageErrors.of(file.toString(), "it is empty");
            }
          };
      try (DataLoader loader = eval(config(workers));
          Batches batches = loader.epoch(0)) {
        batches.next().close();
        batches.next().close();
        for (int again = 0; again < 2; again++) {
          assertThatThrownBy(batches::next)
              .isInstanceOf(DataException.class)
              .hasMessageContainingAll("09.jpg: it is empty", "--skip-unreadable")
              .hasCauseInstanceOf(ImageException.class);
        }
      }
    }
  }

  @Test
  void anErrorInAWorkerSurfaces_andTheLoaderStaysUsable() {
    try (DataLoader loader = eval(config(2))) {
      loading =
          file -> {
            throw new OutOfMemoryError("Java heap space");
          };
      try (Batches batches = loader.epoch(0)) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(DataException.class)
            .hasMessageContainingAll("00.jpg", "out of memory")
            .hasCauseInstanceOf(OutOfMemoryError.class);
      }
      loading = file -> {};
      assertThat(read(loader, 0)).hasSize(IMAGES);
    }
  }

  @Test
  void closingMidEpoch_leavesTheLoaderReadyForTheNext() {
    try (DataLoader loader = eval(config(4))) {
      Batch left;
      try (Batches batches = loader.epoch(0)) {
        left = batches.next();
        assertThatThrownBy(() -> loader.epoch(1)).isInstanceOf(IllegalStateException.class);
      }
      assertThatThrownBy(left::images).isInstanceOf(IllegalStateException.class);
      left.close();
      assertThat(read(loader, 1)).hasSize(IMAGES);
    }
  }

  @Test
  void closingTheLoaderMidEpoch_endsItsThreadsPromptly() {
    loading = file -> Thread.sleep(5);
    DataLoader loader = eval(config(4));
    Batches batches = loader.epoch(0);
    batches.next();
    assertThat(workers()).hasSize(4);

    long start = System.nanoTime();
    loader.close();

    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_000);
    assertThat(workers()).isEmpty();
    assertThat(batches.hasNext()).isFalse();
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> loader.epoch(1)).isInstanceOf(IllegalStateException.class);
    batches.close();
    loader.close();
  }

  @Test
  void anInterruptedConsumer_stopsCleanly() {
    CountDownLatch forever = new CountDownLatch(1);
    loading = file -> forever.await();
    try (DataLoader loader = eval(config(2));
        Batches batches = loader.epoch(0)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(batches::next).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      forever.countDown();
    }
    try (DataLoader loader = eval(config(0));
        Batches batches = loader.epoch(0)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(batches::next).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void anUnclosedBatch_isReported_ratherThanWaitedFor() {
    try (DataLoader loader = eval(config(0));
        Batches batches = loader.epoch(0)) {
      Batch first = batches.next();
      assertThatThrownBy(batches::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Batch 0 is still open");
      first.close();
      first.close();
      assertThat(batches.next().index()).isEqualTo(1);
    }
  }

  @Test
  void refusesABatchTooLargeForABuffer() {
    LoaderConfig config = config(1).withBatchSize(23);

    assertThatThrownBy(() -> new DataLoader(set, 6000, DataLoader.Mode.EVAL, config, this::source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("batch size of at most 4");
  }

  @Test
  void aBatchSizeAboveTheSet_givesOneBatch_andNoMoreMemory() {
    LoaderConfig config = config(1).withBatchSize(Integer.MAX_VALUE);
    try (DataLoader loader = eval(config)) {
      assertThat(read(loader, 0)).hasSize(IMAGES);
      assertThat(loader.bufferBytes()).isEqualTo(23L * (FLOATS * Float.BYTES + Long.BYTES));
    }
  }

  @Test
  void validatesItsSettings() {
    assertThatThrownBy(() -> config(-1)).hasMessageContaining("workers");
    assertThatThrownBy(() -> config(0).withBatchSize(0)).hasMessageContaining("batch size");
    assertThatThrownBy(() -> config(0).withPrefetch(0)).hasMessageContaining("prefetch");
    assertThatThrownBy(() -> new DatasetCheck(0, true)).hasMessageContaining("threads");
  }

  private static LoaderConfig config(int workers) {
    return new LoaderConfig(4, workers, 2, 0);
  }

  private DataLoader eval(LoaderConfig config) {
    return new DataLoader(set, SIZE, DataLoader.Mode.EVAL, config, this::source);
  }

  private List<String> epoch(LoaderConfig config, int epoch) {
    try (DataLoader loader =
        new DataLoader(set, SIZE, DataLoader.Mode.TRAIN, config, this::source)) {
      return read(loader, epoch);
    }
  }

  /** Each image as its name and the random number that its loading drew. */
  private static List<String> read(DataLoader loader, int epoch) {
    List<String> images = new ArrayList<>();
    try (Batches batches = loader.epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          for (int row = 0; row < batch.size(); row++) {
            Path file = batch.samples().get(row).path();
            images.add(file.getFileName() + " " + batch.imageBuffer().get(row * FLOATS));
          }
        }
      }
    }
    return images;
  }

  private static List<String> names(List<String> images) {
    return images.stream().map(image -> image.substring(0, 6)).toList();
  }

  private void requireContents(Batch batch) {
    for (int row = 0; row < batch.size(); row++) {
      Sample sample = set.samples().get(batch.indices().get(row));
      assertThat(batch.samples().get(row)).isEqualTo(sample);
      assertThat(batch.labelBuffer().get(row)).isEqualTo(sample.label());
      assertThat(batch.imageBuffer().get(row * FLOATS + 1)).isEqualTo(number(sample.path()));
    }
  }

  private static float number(Path file) {
    return Float.parseFloat(file.getFileName().toString().substring(0, 2));
  }

  private void awaitLoaded(int count) throws InterruptedException {
    while (loaded.get() < count) {
      Thread.sleep(1);
    }
  }

  private static List<Thread> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("graft-data") && t.isAlive())
        .toList();
  }

  private ImageSource source() {
    open.incrementAndGet();
    return new ImageSource() {
      @Override
      public void load(Path file, SplittableRandom random, FloatBuffer out, int offset) {
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
