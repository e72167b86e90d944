package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.LeakCheck;
import dev.graft.ResidentMemory;
import dev.graft.image.ImageException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of calls by several threads, in every way there is: each gets its own answer, once, and
 * memory stays as it is. -Dgraft.soak.calls=200000 makes it long, -Dgraft.soak.size=224 the images
 * that the network sees as large as usual.
 */
class PredictorSoakNativeTest {
  private static final int CALLS = Integer.getInteger("graft.soak.calls", 4000);
  private static final int SIDE = Integer.getInteger("graft.soak.size", 32);
  private static final int WARM = Math.max(CALLS / 10, Math.min(1000, CALLS / 2));
  private static final int CALLERS = 8;
  private static final int GARBAGE_PER_MILLE = 17; // turns; a turn is almost two calls
  private static final Duration LONG = Duration.ofMinutes(5);

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger toldAnswered = new AtomicInteger();
  private final AtomicInteger toldFailed = new AtomicInteger();
  private final AtomicInteger toldOtherwise = new AtomicInteger();
  private List<Question> questions = List.of();

  private final PredictorListener listener =
      new PredictorListener() {
        @Override
        public void answered(Timing timing) {
          toldAnswered.incrementAndGet();
        }

        @Override
        public void failed(Throwable cause) {
          toldFailed.incrementAndGet();
        }

        @Override
        public void rejected() {
          toldOtherwise.incrementAndGet();
        }

        @Override
        public void expired() {
          toldOtherwise.incrementAndGet();
        }
      };

  @Test
  void everyCallGetsItsOwnAnswerOnceAndMemoryStaysFlat(@TempDir Path folder) throws Exception {
    ResidentMemory.assumeMeasurable();
    List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    Path model = Served.model(folder.resolve("model.pt"), SIDE, 1, classes);
    questions = Question.all(folder, List.of(model));
    long before = Long.MAX_VALUE;
    long after = Long.MAX_VALUE;
    PredictorConfig config = PredictorConfig.defaults().withWorkers(2, 1).withLimits(256, LONG);
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (Predictor predictor = Predictor.load(model, config, listener)) {
      CompletableFuture<?>[] callers =
          IntStream.range(0, CALLERS)
              .mapToObj(i -> CompletableFuture.runAsync(() -> ask(predictor, i), threads))
              .toArray(CompletableFuture[]::new);
      var all = CompletableFuture.allOf(callers);
      while (!all.isDone()) {
        int done = answered.get();
        if (done > WARM * 3 / 4 && done <= WARM) { // the least: not what a moment holds
          before = Math.min(before, ResidentMemory.kiB());
        } else if (done > CALLS * 0.93) {
          after = Math.min(after, ResidentMemory.kiB());
        }
        Thread.sleep(50);
      }
      all.join();
    }
    threads.shutdown();
    LeakCheck.check();
    report(before, after);
    assertThat(answered.get() + refused.get()).isEqualTo(made.get()).isGreaterThanOrEqualTo(CALLS);
    assertThat(refused).hasPositiveValue();
    assertThat(toldAnswered).hasValue(answered.get());
    assertThat(toldFailed).hasValue(refused.get());
    assertThat(toldOtherwise).hasValue(0);
    assertThat((double) after / before).isBetween(0.5, 1.02);
  }

  private void report(long before, long after) {
    System.out.printf(
        "%,d calls at %d px: %,d answered, %,d refused; answers at most %.1e off; resident: %,d KiB"
            + " by call %,d, %,d KiB at the end (%+.2f %%)%n",
        made.get(),
        SIDE,
        answered.get(),
        refused.get(),
        Question.GAP.get(),
        before,
        WARM,
        after,
        100.0 * (after - before) / before);
  }

  private void ask(Predictor predictor, int caller) {
    var random = new SplittableRandom(caller);
    while (made.get() < CALLS) {
      if (random.nextInt(1000) < GARBAGE_PER_MILLE) {
        askAboutGarbage(predictor, random, "garbage-" + caller + "-" + made.get());
      } else {
        ask(predictor, random);
      }
    }
  }

  private void ask(Predictor predictor, SplittableRandom random) {
    Question question = any(random);
    ImageSource source = question.source();
    switch (random.nextInt(8)) {
      case 0 -> question.check(count(predictor.predict(source)));
      case 1 -> question.check(count(predictor.predict(source, LONG)));
      case 2 -> question.check(count(asStream(predictor, source)));
      case 3 -> question.check(count(predictor.embed(source)));
      case 4 -> {
        var second = any(random);
        var one = predictor.predictAsync(source);
        var two = predictor.embedAsync(second.source());
        question.check(count(one.join()));
        second.check(count(two.join()));
      }
      case 5 -> {
        List<Question> several = several(random);
        var all = predictor.predictAll(several.stream().map(Question::source).toList());
        assertThat(all).hasSameSizeAs(several);
        IntStream.range(0, all.size()).forEach(i -> several.get(i).check(count(all.get(i))));
      }
      case 6 -> {
        List<Question> several = several(random);
        var all = predictor.outputsAsync(several.stream().map(Question::source).toList());
        IntStream.range(0, all.size()).forEach(i -> several.get(i).check(count(all.get(i).join())));
      }
      default -> {
        var checked = predictor.predictAsync(source).thenAccept(a -> question.check(count(a)));
        checked.join();
      }
    }
  }

  private Question any(SplittableRandom random) {
    return questions.get(random.nextInt(questions.size()));
  }

  private List<Question> several(SplittableRandom random) {
    List<Question> several = new ArrayList<>();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      several.add(any(random));
    }
    return several;
  }

  private <T> T count(T answer) {
    made.incrementAndGet();
    answered.incrementAndGet();
    return answer;
  }

  private static Prediction asStream(Predictor predictor, ImageSource source) {
    try {
      if (source instanceof ImageSource.Encoded encoded) {
        return predictor.predict(new ByteArrayInputStream(encoded.content()), encoded.name());
      } else if (source instanceof ImageSource.File file) {
        return predictor.predict(file.path());
      }
      return predictor.predict(source);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Half an image, under a name of its own, which the refusal has to say. */
  private void askAboutGarbage(Predictor predictor, SplittableRandom random, String name) {
    ImageSource source = any(random).source();
    byte[] garbage =
        source instanceof ImageSource.Encoded image
            ? Arrays.copyOf(image.content(), image.content().length / 2)
            : name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    made.incrementAndGet();
    try {
      predictor.predict(garbage, name);
    } catch (ImageException e) {
      assertThat(e.name()).isEqualTo(name);
      refused.incrementAndGet();
    }
  }
}
