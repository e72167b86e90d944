package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.image.ImageErrors;
import dev.graft.image.ImageException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DataLoaderLifecycleTest extends LoaderFixture {
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
              .hasMessageContainingAll("09.jpg: it is empty", "replace it")
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
      assertThatThrownBy(left::inputs).isInstanceOf(IllegalStateException.class);
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

  private void awaitLoaded(int count) throws InterruptedException {
    while (loaded.get() < count) {
      Thread.sleep(1);
    }
  }
}
