package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.image.ImageException;
import dev.graft.torch.Uninterruptibly;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What must not end a worker, nor cost a call its answer. */
@Timeout(120)
class PredictorTroubleNativeTest {
  private static final PredictorConfig ONE =
      PredictorConfig.defaults().withWorkers(1, 1).withBatches(4, Duration.ZERO);

  @TempDir private static Path folder;
  private static Path model;
  private static Served image;

  @BeforeAll
  static void makeModelAndImage() {
    model = Served.small(folder.resolve("model.pt"), 32, 1, List.of("blue", "green", "red"));
    image = Served.drawn(1, 48, 40, "png");
  }

  /** Holds the only worker, so that what is asked meanwhile becomes one batch. */
  private static List<CompletableFuture<Prediction>> together(
      Predictor predictor, List<ImageSource> images) {
    var busy = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var gate =
        new TroubleImage(
            () -> {
              busy.countDown();
              Uninterruptibly.run(go::await);
            });
    CompletableFuture<Prediction> first = predictor.predictAsync(ImageSource.of(gate));
    Uninterruptibly.run(busy::await);
    List<CompletableFuture<Prediction>> answers = new ArrayList<>();
    images.forEach(source -> answers.add(predictor.predictAsync(source)));
    go.countDown();
    first.join();
    return answers;
  }

  @Test
  void aListenerThatThrowsCostsNoAnswer() {
    var heard = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            throw new IllegalStateException("answered " + heard.incrementAndGet());
          }

          @Override
          public void failed(Throwable cause) {
            throw new StackOverflowError("failed " + heard.incrementAndGet());
          }

          @Override
          public void reloaded(String version) {
            throw new IllegalStateException("reloaded " + heard.incrementAndGet());
          }
        };
    var broken = ImageSource.of(new byte[] {1, 2, 3}, "broken.jpg");
    try (Predictor predictor = Predictor.load(model, ONE, listener)) {
      var answers =
          together(predictor, List.of(image.encoded(), broken, image.encoded(), image.encoded()));
      assertThat(answers.get(0).join().scores()).hasSize(3);
      assertThatThrownBy(answers.get(1)::join).hasMessageContaining("broken.jpg");
      assertThat(answers.get(2).join().scores()).hasSize(3);
      assertThat(answers.get(3).join().scores()).hasSize(3);
      predictor.reload(model);
      assertThat(predictor.predict(image.encoded(), Duration.ofSeconds(30)).scores()).hasSize(3);
    }
    assertThat(heard).hasValue(7); // the gate, four, the reload, one
  }

  @Test
  void anImageThatDoesNotFitInMemoryFailsAlone() {
    var huge =
        new TroubleImage(
            () -> {
              throw new OutOfMemoryError("no room for this image");
            });
    try (Predictor predictor = Predictor.load(model, ONE)) {
      var answers =
          together(predictor, List.of(image.encoded(), ImageSource.of(huge), image.encoded()));
      assertThat(answers.get(0).join().scores()).hasSize(3);
      assertThatThrownBy(answers.get(1)::join).hasMessageContaining("no room for this image");
      assertThat(answers.get(2).join().scores()).hasSize(3);
    }
  }

  @Test
  void anInterruptedWorkerStillReadsFiles() throws IOException {
    Path file = Files.write(folder.resolve(image.name()), image.bytes());
    var interrupting = new TroubleImage(() -> Thread.currentThread().interrupt());
    try (Predictor predictor = Predictor.load(model, ONE)) {
      var answers =
          together(predictor, List.of(ImageSource.of(interrupting), ImageSource.of(file)));
      assertThat(answers.get(1).join().scores()).hasSize(3);
      assertThat(predictor.predict(file).scores()).hasSize(3);
    }
  }

  /** One call of each kind of end, and of each of them the listener hears once. */
  @Test
  void everyCallIsToldOfOnce() {
    var told = new ConcurrentLinkedQueue<String>();
    var listener =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            told.add("answered");
          }

          @Override
          public void failed(Throwable cause) {
            told.add("failed");
          }

          @Override
          public void expired() {
            told.add("expired");
          }
        };
    var reading = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var slow =
        new TroubleImage(
            () -> {
              reading.countDown();
              Uninterruptibly.run(go::await);
            });
    try (Predictor predictor = Predictor.load(model, ONE, listener)) {
      assertThat(predictor.predict(image.encoded()).scores()).hasSize(3); // the worker is ready
      assertThatThrownBy(() -> predictor.predict(ImageSource.of(slow), Duration.ofMillis(500)))
          .isInstanceOf(DeadlineExceededException.class); // while a worker reads it
      assertThat(reading.getCount()).isZero();
      assertThatThrownBy(() -> predictor.predict(image.encoded(), Duration.ofMillis(1)))
          .isInstanceOf(DeadlineExceededException.class); // while it waits
      var broken = predictor.predictAsync(ImageSource.of(new byte[] {1, 2}, "broken"));
      var good = predictor.predictAsync(image.encoded());
      go.countDown();
      assertThat(good.join().scores()).hasSize(3);
      assertThatThrownBy(broken::join).hasMessageContaining("broken");
    }
    assertThat(told)
        .containsExactlyInAnyOrder("answered", "expired", "expired", "failed", "answered");
  }

  @Test
  void aCallThatIsCancelledIsNotComputed() {
    var answered = new AtomicInteger();
    var expired = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            answered.incrementAndGet();
          }

          @Override
          public void expired() {
            expired.incrementAndGet();
          }
        };
    var go = new CountDownLatch(1);
    var gate = new TroubleImage(() -> Uninterruptibly.run(go::await));
    PredictorConfig patient = ONE.withLimits(100, Duration.ofMinutes(1));
    try (Predictor predictor = Predictor.load(model, patient, listener)) {
      var first = predictor.predictAsync(ImageSource.of(gate));
      assertThat(predictor.predictAsync(image.encoded()).cancel(true)).isTrue();
      assertThat(predictor.embedAsync(image.encoded()).cancel(true)).isTrue();
      go.countDown();
      assertThat(first.join().scores()).hasSize(3);
    }
    assertThat(answered).hasValue(1);
    assertThat(expired).hasValue(2);
  }

  @Test
  @Timeout(30)
  void aListenerCannotCloseThePredictorThatItWaitsFor() {
    var predictor = new AtomicReference<Predictor>();
    var refused = new AtomicReference<Exception>();
    var listener =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            try {
              predictor.get().close();
            } catch (IllegalStateException e) {
              refused.set(e);
            }
          }
        };
    predictor.set(Predictor.load(model, ONE, listener));
    assertThat(predictor.get().predict(image.encoded()).scores()).hasSize(3);
    predictor.get().close();
    assertThat(refused.get()).hasMessageContaining("cannot close it");
  }

  @Test
  void whatIsNoImageIsRefusedAtOnce() {
    try (Predictor predictor = Predictor.load(model, ONE)) {
      assertThat(predictor.predict(image.encoded()).scores()).hasSize(3);
      ImageSource none = null; // not an answer for what the buffer still holds
      assertThatThrownBy(() -> predictor.predict(none)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> ImageSource.of((Path) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> ImageSource.of((byte[]) null, "nothing"))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> ImageSource.of((BufferedImage) null))
          .isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void timesBeyondAnyCountOfNanosecondsAreNoTrouble() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    try (Predictor predictor =
        Predictor.load(model, ONE.withBatches(4, endless).withLimits(100, endless))) {
      assertThat(predictor.predict(image.encoded()).scores()).hasSize(3);
      assertThat(predictor.predictAsync(image.encoded()).join().scores()).hasSize(3);
      for (Duration past : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
        assertThatThrownBy(() -> predictor.predict(image.encoded(), past))
            .isInstanceOf(DeadlineExceededException.class);
      }
    }
  }

  @Test
  void anImageInMemoryMayBeNoLargerThanOthers() {
    PredictorConfig small = ONE.withMaxPixels(48 * 40);
    try (Predictor predictor = Predictor.load(model, small)) {
      assertThat(predictor.predict(Served.picture(1, 48, 40)).scores()).hasSize(3);
      assertThatThrownBy(() -> predictor.predict(Served.picture(1, 49, 40)))
          .isInstanceOfSatisfying(
              ImageException.class,
              e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.TOO_LARGE));
    }
  }

  /** A worker that found no room for larger images must not write them where smaller ones went. */
  @Test
  void aModelThatThereWasNoRoomForSpoilsNothing() {
    Path large = Served.small(folder.resolve("large.pt"), 64, 2, List.of("left", "right"));
    try (Predictor predictor = Predictor.load(model, ONE)) {
      Prediction expected = predictor.predict(image.encoded());
      List<ByteBuffer> ballast = new ArrayList<>(); // only this grows the JVM
      for (int size = 64 << 20; size >= 1 << 14; size /= 16) { // each refusal takes half a second
        fillUp(ballast, size);
      }
      predictor.reload(large);
      assertThatThrownBy(() -> predictor.predict(image.encoded()))
          .isInstanceOf(OutOfMemoryError.class);
      predictor.reload(model);
      assertThat(predictor.predict(image.encoded()).scores()).isEqualTo(expected.scores());
      assertThat(ballast).isNotEmpty();
      ballast.clear();
      predictor.reload(large);
      assertThat(predictor.predict(image.encoded()).scores()).hasSize(2);
    }
  }

  private static void fillUp(List<ByteBuffer> ballast, int size) {
    while (true) {
      try {
        ballast.add(ByteBuffer.allocateDirect(size));
      } catch (OutOfMemoryError full) {
        return;
      }
    }
  }
}
