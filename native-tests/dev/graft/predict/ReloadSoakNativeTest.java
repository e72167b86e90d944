package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.LeakCheck;
import dev.graft.ResidentMemory;
import dev.graft.model.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A predictor that is given one model after another while it answers: no call fails, each answer is
 * one model's and names it, and no model stays in memory. -Dgraft.soak.reloads=100 makes it long.
 */
class ReloadSoakNativeTest {
  private static final int RELOADS = Integer.getInteger("graft.soak.reloads", 10);
  private static final int WARM = Math.max(4, RELOADS / 5);
  private static final int CALLERS = 4;

  @Test
  void noCallFailsAndNoModelStays(@TempDir Path folder) throws Exception {
    ResidentMemory.assumeMeasurable();
    Path small = Served.model(folder.resolve("small.pt"), 32, 1, List.of("a", "b", "c", "d", "e"));
    Path large = Served.model(folder.resolve("large.pt"), 48, 2, List.of("x", "y", "z"));
    List<Question> questions = Question.all(folder, List.of(small, large));
    PredictorConfig config = PredictorConfig.defaults().withWorkers(2, 1);
    Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    var stop = new AtomicBoolean();
    long before = Long.MAX_VALUE;
    long after = Long.MAX_VALUE;
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (Predictor predictor = Predictor.load(small, config)) {
      CompletableFuture<?>[] callers =
          IntStream.range(0, CALLERS)
              .mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> ask(predictor, questions, i, answers, stop), threads))
              .toArray(CompletableFuture[]::new);
      for (int reload = 1; reload <= RELOADS; reload++) {
        predictor.reload(reload % 2 == 0 ? small : large);
        if (reload > WARM - 2 && reload <= WARM) { // the least: not what a moment holds
          before = Math.min(before, leastResident());
        } else if (reload > RELOADS - 2) {
          after = Math.min(after, leastResident());
        }
      }
      stop.set(true);
      CompletableFuture.allOf(callers).join();
    }
    threads.shutdown();
    LeakCheck.check();
    System.out.printf(
        "%d reloads, answers %s at most %.1e off; resident: %,d KiB after %d, %,d KiB at the end"
            + " (%+.2f %%)%n",
        RELOADS,
        answers,
        Question.GAP.get(),
        before,
        WARM,
        after,
        100.0 * (after - before) / before);
    assertThat(answers).hasSize(2);
    assertThat(answers.values())
        .allSatisfy(count -> assertThat(count).hasValueGreaterThan(RELOADS));
    assertThat((double) after / before).isBetween(0.5, 1.02);
  }

  private static long leastResident() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      least = Math.min(least, ResidentMemory.kiB());
      Thread.sleep(20);
    }
    return least;
  }

  private static void ask(
      Predictor predictor,
      List<Question> questions,
      int caller,
      Map<String, AtomicInteger> answers,
      AtomicBoolean stop) {
    var random = new SplittableRandom(caller);
    while (!stop.get()) {
      Question question = questions.get(random.nextInt(questions.size()));
      String version;
      if (random.nextBoolean()) {
        Prediction answer = predictor.predict(question.source());
        question.check(answer);
        version = answer.version();
      } else {
        Outputs answer = predictor.outputsAsync(List.of(question.source())).get(0).join();
        question.check(answer);
        version = answer.version();
      }
      answers.computeIfAbsent(version, it -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** A deployment may replace the file at any moment: a version is the model's that carries it. */
  @Test
  void aFileThatIsReplacedWhileItIsReadGivesOneModelOrNone(@TempDir Path folder) throws Exception {
    Path one = Served.model(folder.resolve("one.pt"), 32, 1, List.of("a", "b"));
    Path two = Served.model(folder.resolve("two.pt"), 32, 2, List.of("x", "y", "z"));
    Path current = Files.copy(one, folder.resolve("current.pt"));
    PredictorConfig config = PredictorConfig.defaults().withWorkers(1, 1);
    String versionOfOne;
    try (Predictor predictor = Predictor.load(current, config)) {
      versionOfOne = predictor.version();
      int refused = 0;
      for (int i = 0; i < 8; i++) {
        Path next = Files.copy(i % 2 == 0 ? two : one, folder.resolve("next.pt"));
        var replaced =
            CompletableFuture.runAsync(
                () -> replace(next, current),
                CompletableFuture.delayedExecutor(20L + 40L * i, TimeUnit.MILLISECONDS));
        try {
          predictor.reload(current);
        } catch (ModelException e) {
          assertThat(e).hasMessageContaining("replaced while it was read");
          refused++;
        }
        replaced.join();
        int classes = predictor.version().equals(versionOfOne) ? 2 : 3;
        assertThat(predictor.card().classes()).as("after " + i).hasSize(classes);
      }
      System.out.println("Replaced 8 times while it was read, refused " + refused + " times");
    }
  }

  private static void replace(Path next, Path current) {
    try {
      Files.move(
          next, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
