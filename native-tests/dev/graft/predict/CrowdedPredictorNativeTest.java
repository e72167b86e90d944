package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.torch.Uninterruptibly;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that get in each other's way, or give up. */
@Timeout(120)
class CrowdedPredictorNativeTest {
  private static final PredictorConfig ONE =
      PredictorConfig.defaults().withWorkers(1, 1).withBatches(4, Duration.ZERO);

  @TempDir private static Path folder;
  private static Path model;
  private static ImageSource image;

  @BeforeAll
  static void makeModelAndImage() {
    model = Served.model(folder.resolve("model.pt"), 32, 1, List.of("a", "b"));
    image = Served.drawn(1, 48, 40, "png").encoded();
  }

  /** With a place left for it at any time, a list gets through; only calls are told as rejected. */
  @Test
  void aListGetsThroughASmallQueueBesideOthers() {
    var told = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void rejected() {
            told.incrementAndGet();
          }
        };
    var rejected = new AtomicInteger();
    var stop = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(3);
    try (Predictor predictor = Predictor.load(model, ONE.withLimits(4, null), listener)) {
      CompletableFuture<?>[] others =
          IntStream.range(0, 3)
              .mapToObj(
                  i -> CompletableFuture.runAsync(() -> ask(predictor, rejected, stop), threads))
              .toArray(CompletableFuture[]::new);
      for (int i = 0; i < 20; i++) {
        assertThat(predictor.predictAll(Collections.nCopies(20, image))).hasSize(20);
      }
      stop.set(true);
      CompletableFuture.allOf(others).join();
    }
    threads.shutdown();
    assertThat(rejected).hasPositiveValue();
    assertThat(told).hasValue(rejected.get());
  }

  private static void ask(Predictor predictor, AtomicInteger rejected, AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        assertThat(predictor.predict(image).scores()).hasSize(2);
      } catch (OverloadedException e) {
        rejected.incrementAndGet();
      }
    }
  }

  @Test
  void aCallerThatIsInterruptedGivesUpAndTheOthersAreAnswered() throws Exception {
    var expired = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void expired() {
            expired.incrementAndGet();
          }
        };
    var reading = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var gate =
        new TroubleImage(
            () -> {
              reading.countDown();
              Uninterruptibly.run(go::await);
            });
    var ended = new AtomicReference<Throwable>();
    var stillInterrupted = new AtomicBoolean();
    try (Predictor predictor = Predictor.load(model, ONE, listener)) {
      var first = predictor.predictAsync(ImageSource.of(gate));
      reading.await();
      Thread caller =
          new Thread(
              () -> {
                try {
                  predictor.predictAll(List.of(image, image, image));
                } catch (CancellationException e) {
                  ended.set(e);
                  stillInterrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      while (predictor.queued() < 3) {
        Thread.onSpinWait();
      }
      caller.interrupt();
      caller.join();
      assertThat(ended.get()).hasMessageContaining("Interrupted");
      assertThat(stillInterrupted).isTrue();
      go.countDown();
      assertThat(first.join().scores()).hasSize(2);
      assertThat(predictor.predict(image).scores()).hasSize(2);
    }
    assertThat(expired).hasValue(3);
  }
}
