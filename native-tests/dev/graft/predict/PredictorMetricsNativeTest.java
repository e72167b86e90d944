package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.TinyWorld;
import dev.graft.image.ImageException;
import dev.graft.torch.Uninterruptibly;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PredictorMetricsNativeTest {
  private static final PredictorConfig ONE =
      PredictorConfig.defaults().withWorkers(1, 1).withBatches(4, Duration.ZERO);

  @TempDir private static Path folder;
  private static Path model;
  private static Path image;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final PredictorMetrics metrics = new PredictorMetrics(registry, "colours");

  @BeforeAll
  static void makeModelAndImage() throws IOException {
    model = TinyWorld.save(folder.resolve("model.pt"));
    image = TinyWorld.draw(folder.resolve("images"), 1, 0).resolve("train/red/0.png");
  }

  private double count(String name) {
    return registry.get("graft.predictor." + name).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private double answered() {
    return registry.get("graft.predictor.forward").timer().count();
  }

  @Test
  void answersFailuresAndReloadsOfAPredictorAreCounted() {
    try (Predictor predictor = Predictor.load(model, ONE, metrics)) {
      predictor.predict(image);
      predictor.predict(image);
      assertThatThrownBy(() -> predictor.predict(new byte[] {1, 2, 3}, "broken"))
          .isInstanceOf(ImageException.class);
      ImageSource wrongSize = ImageSource.ofPreprocessed(new float[3], 0, 3);
      assertThatThrownBy(() -> predictor.predict(wrongSize))
          .isInstanceOf(IllegalArgumentException.class);
      predictor.reload(model);
    }
    assertThat(answered()).isEqualTo(2);
    assertThat(registry.get("graft.predictor.batch").summary().max()).isEqualTo(1);
    assertThat(registry.get("graft.predictor.decode").timer().totalTime(TimeUnit.NANOSECONDS))
        .isPositive();
    assertThat(registry.get("graft.predictor.failed").tag("kind", "image").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("graft.predictor.failed").tag("kind", "input").counter().count())
        .isEqualTo(1);
    assertThat(count("reloads")).isEqualTo(1);
  }

  @Test
  void theGaugeShowsWhatWaits() {
    var held = new CountDownLatch(1);
    var holding =
        new PredictorListener() {
          @Override
          public void started(Predictor predictor) {
            metrics.started(predictor);
          }

          @Override
          public void answered(Timing timing) {
            Uninterruptibly.run(held::await); // keeps the only worker busy
          }

          @Override
          public void rejected() {
            metrics.rejected();
          }
        };
    try (Predictor predictor = Predictor.load(model, ONE.withLimits(5, null), holding)) {
      predictor.predict(image);
      List<CompletableFuture<Prediction>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        assertThat(registry.get("graft.predictor.queued").gauge().value()).isEqualTo(i);
        answers.add(predictor.predictAsync(ImageSource.of(image)));
      }
      assertThatThrownBy(() -> predictor.predict(image)).isInstanceOf(OverloadedException.class);
      assertThat(registry.get("graft.predictor.queued").gauge().value()).isEqualTo(5);
      held.countDown();
      answers.forEach(CompletableFuture::join);
      assertThat(count("rejected")).isEqualTo(1);
      assertThat(registry.get("graft.predictor.queued").gauge().value()).isZero();
    }
  }

  @Test
  void eachCallIsToldOnceHoweverItEnds() {
    int calls = 400;
    try (Predictor predictor = Predictor.load(model, ONE.withLimits(calls, null), metrics)) {
      List<CompletableFuture<Outputs>> all = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        ImageSource source = i % 4 == 0 ? ImageSource.of(new byte[1], "x") : ImageSource.of(image);
        all.addAll(predictor.outputsAsync(List.of(source)));
      }
      assertThat(all.stream().filter(PredictorMetricsNativeTest::isAnswered)).hasSize(300);
    }
    assertThat(answered()).isEqualTo(300);
    assertThat(count("failed")).isEqualTo(100);
    assertThat(count("expired")).isZero();
  }

  private static boolean isAnswered(CompletableFuture<Outputs> answer) {
    try {
      return answer.join() != null;
    } catch (CompletionException e) {
      return false;
    }
  }

  @Test
  void whatNobodyWaitedForHasExpired() {
    int calls = 300;
    PredictorConfig hasty = ONE.withLimits(calls, Duration.ofMillis(3));
    int inTime;
    try (Predictor predictor = Predictor.load(model, hasty, metrics)) {
      List<CompletableFuture<Prediction>> all = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        all.add(predictor.predictAsync(ImageSource.of(image)));
      }
      all.forEach(answer -> answer.exceptionally(late -> null).join());
      inTime = (int) all.stream().filter(answer -> !answer.isCompletedExceptionally()).count();
    }
    assertThat(answered() + count("expired")).isEqualTo(calls);
    assertThat(count("failed")).isZero();
    assertThat(answered()).isGreaterThanOrEqualTo(inTime);
  }
}
