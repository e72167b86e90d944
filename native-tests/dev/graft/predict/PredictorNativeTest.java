package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.SmallResNet;
import dev.graft.TinyWorld;
import dev.graft.image.ImageException;
import dev.graft.torch.Device;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import dev.graft.torch.Uninterruptibly;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictorNativeTest {
  private static final int SIDE = 32;
  private static final PredictorConfig TWO =
      PredictorConfig.defaults().withWorkers(2, 1).withBatches(4, Duration.ZERO);

  @TempDir private static Path folder;
  private static Path model;
  private static Path other;
  private static List<Path> images;

  @BeforeAll
  static void makeModelsAndImages() throws IOException {
    model = Served.small(folder.resolve("model.pt"), SIDE, 3, List.of("blue", "green", "red"));
    other = Served.small(folder.resolve("other.pt"), SIDE, 9, List.of("left", "right"));
    Path drawn = TinyWorld.draw(folder.resolve("images"), 4, 1);
    try (var files = Files.walk(drawn)) {
      images = files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<ImageSource> sources() {
    return images.stream().map(ImageSource::of).toList();
  }

  @Test
  void allWaysToAskGiveTheSameAnswer() throws Exception {
    Path image = images.get(0);
    try (Predictor predictor = Predictor.load(model, TWO)) {
      Prediction expected = predictor.predict(image);
      assertThat(expected.scores()).hasSize(3);
      assertThat(expected.version()).isEqualTo(predictor.version()).matches("[0-9a-f]{12}");
      byte[] encoded = Files.readAllBytes(image);
      assertSame(predictor.predict(encoded, "bytes"), expected);
      assertSame(predictor.predict(new ByteArrayInputStream(encoded), "stream"), expected);
      assertSame(predictor.predict(ImageIO.read(image.toFile())), expected);
      assertSame(predictor.predictAsync(ImageSource.of(image)).get(), expected);
      assertSame(predictor.predictAll(List.of(ImageSource.of(image))).get(0), expected);
      assertSame(predictor.predict(ImageSource.of(image), Duration.ofMinutes(1)), expected);
    }
  }

  private static void assertSame(Prediction actual, Prediction expected) {
    assertThat(actual.version()).isEqualTo(expected.version());
    for (int i = 0; i < expected.scores().size(); i++) {
      assertThat(actual.scores().get(i).label()).isEqualTo(expected.scores().get(i).label());
      assertThat(actual.scores().get(i).probability())
          .isCloseTo(expected.scores().get(i).probability(), within(1e-5));
    }
  }

  @Test
  void embeddingIsWhatTheHeadSees() {
    try (Predictor predictor = Predictor.load(model, TWO)) {
      float[] features = predictor.embed(sources().get(0));
      assertThat(features).hasSize(SmallResNet.FEATURES);
      assertThat(predictor.embedAsync(sources().get(0)).join()).hasSize(SmallResNet.FEATURES);
      float[] another = predictor.embed(sources().get(5));
      assertThat(another).isNotEqualTo(features);
    }
  }

  @Test
  void manyCallersGetTheirOwnAnswers() throws Exception {
    List<Prediction> expected;
    try (Predictor alone = Predictor.load(model, TWO.withWorkers(1, 1))) {
      expected = alone.predictAll(sources());
    }
    try (Predictor predictor = Predictor.load(model, TWO)) {
      var callers = Executors.newFixedThreadPool(16);
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 320; i++) {
        int image = i % images.size();
        all.add(
            CompletableFuture.runAsync(
                () -> assertSame(predictor.predict(images.get(image)), expected.get(image)),
                callers));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
      callers.shutdown();
      assertThat(predictor.queued()).isZero();
    }
  }

  @Test
  void aBadImageFailsAloneAndSaysWhich() {
    byte[] garbage = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    try (Predictor predictor = Predictor.load(model, TWO)) {
      List<CompletableFuture<Prediction>> answers = new ArrayList<>();
      for (ImageSource image : sources()) {
        answers.add(predictor.predictAsync(image));
        answers.add(predictor.predictAsync(ImageSource.of(garbage, "broken.jpg")));
      }
      for (int i = 0; i < answers.size(); i++) {
        CompletableFuture<Prediction> answer = answers.get(i);
        if (i % 2 == 0) {
          assertThat(answer.join().scores()).hasSize(3);
        } else {
          assertThatThrownBy(answer::join)
              .isInstanceOf(CompletionException.class)
              .cause()
              .isInstanceOf(ImageException.class)
              .hasMessageContaining("broken.jpg");
        }
      }
      assertThatThrownBy(() -> predictor.predict(Path.of("not-there.jpg")))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("not-there.jpg");
    }
  }

  @Test
  void tooManyCallsAreRejectedAndToldTheListener() {
    var rejected = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void rejected() {
            rejected.incrementAndGet();
          }
        };
    PredictorConfig small = TWO.withWorkers(1, 1).withLimits(2, null);
    try (Predictor predictor = Predictor.load(model, small, listener)) {
      List<CompletableFuture<Prediction>> taken = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  taken.add(predictor.predictAsync(sources().get(0)));
                }
              })
          .isInstanceOf(OverloadedException.class);
      assertThat(rejected).hasValue(1);
      assertThat(taken).isNotEmpty().allSatisfy(it -> assertThat(it.join().scores()).hasSize(3));
      assertThat(predictor.predictAll(sources())).hasSize(images.size()); // longer than the queue
    }
  }

  @Test
  void tellsWithoutACallThatThereIsNoRoom() {
    var held = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var rejected = new AtomicInteger();
    var listener =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            held.countDown();
            Uninterruptibly.run(goOn::await);
          }

          @Override
          public void rejected() {
            rejected.incrementAndGet();
          }
        };
    PredictorConfig small = TWO.withWorkers(1, 1).withLimits(2, null);
    try (Predictor predictor = Predictor.load(model, small, listener)) {
      predictor.requireRoom();
      List<CompletableFuture<Prediction>> taken = new ArrayList<>();
      taken.add(predictor.predictAsync(sources().get(0)));
      Uninterruptibly.run(held::await);
      taken.add(predictor.predictAsync(sources().get(0)));
      predictor.requireRoom();
      taken.add(predictor.predictAsync(sources().get(0)));

      assertThatThrownBy(predictor::requireRoom).isInstanceOf(OverloadedException.class);
      assertThat(rejected).hasValue(1);
      goOn.countDown();
      assertThat(taken).allSatisfy(it -> assertThat(it.join().scores()).hasSize(3));
      predictor.requireRoom();
    } finally {
      goOn.countDown();
    }
  }

  @Test
  void aCallThatTakesTooLongEnds() {
    PredictorConfig hasty = TWO.withWorkers(1, 1).withLimits(1000, Duration.ofNanos(1));
    try (Predictor predictor = Predictor.load(model, hasty)) {
      assertThatThrownBy(() -> predictor.predict(images.get(0)))
          .isInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(() -> predictor.predictAsync(sources().get(0)).join())
          .cause()
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(predictor.predict(sources().get(0), Duration.ofMinutes(1)).scores()).hasSize(3);
    }
  }

  @Test
  void reloadingUnderLoadLosesNoCallAndEveryAnswerIsOneModels() throws Exception {
    try (Predictor predictor = Predictor.load(model, TWO)) {
      var answers = new ConcurrentHashMap<String, AtomicInteger>();
      var stop = new AtomicBoolean();
      List<CompletableFuture<Void>> callers = new ArrayList<>();
      String first = predictor.version();
      for (int i = 0; i < 4; i++) {
        callers.add(CompletableFuture.runAsync(() -> ask(predictor, first, answers, stop)));
      }
      for (int i = 0; i < 10; i++) {
        predictor.reload(i % 2 == 0 ? other : model);
      }
      stop.set(true);
      CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();
      assertThat(answers).hasSize(2);
      assertThatThrownBy(() -> predictor.reload(images.get(0))).isNotNull();
      assertThat(predictor.version()).isEqualTo(first);
      assertThat(predictor.predict(images.get(0)).scores()).hasSize(3);
    }
  }

  private static void ask(
      Predictor predictor,
      String first,
      ConcurrentHashMap<String, AtomicInteger> answers,
      AtomicBoolean stop) {
    while (!stop.get()) {
      Prediction answer = predictor.predict(images.get(0));
      assertThat(answer.scores()).hasSize(answer.version().equals(first) ? 3 : 2);
      answers.computeIfAbsent(answer.version(), version -> new AtomicInteger()).incrementAndGet();
    }
  }

  @Test
  void closingWaitsForCallsAndRefusesNewOnes() {
    Predictor predictor = Predictor.load(model, TWO.withWorkers(1, 1));
    List<CompletableFuture<Prediction>> answers =
        sources().stream().map(predictor::predictAsync).toList();
    predictor.close();
    predictor.close();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().scores()).hasSize(3));
    assertThatThrownBy(() -> predictor.predict(images.get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> predictor.reload(other)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void twoPredictorsLiveInOneProcessAndLeaveItsThreadsAlone() {
    int before = NativeRuntime.threads();
    try (Predictor one = Predictor.load(model, TWO);
        Predictor two = Predictor.load(other, TWO.on(Device.CPU, Precision.fastest(Device.CPU)))) {
      assertThat(one.predict(images.get(0)).scores()).hasSize(3);
      assertThat(two.predict(images.get(0)).scores()).hasSize(2);
      assertThat(CompletableFuture.supplyAsync(NativeRuntime::threads).join()).isEqualTo(before);
    }
    assertThat(NativeRuntime.threads()).isEqualTo(before);
  }
}
