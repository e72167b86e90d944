package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.TinyWorld;
import dev.graft.model.Architecture;
import dev.graft.model.ResNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models of different classes and sizes side by side in one JVM. */
@Timeout(120)
class TwoModelsNativeTest {
  private static final PredictorConfig CONFIG =
      PredictorConfig.defaults().withWorkers(2, 1).withBatches(4, Duration.ZERO);

  /** Enough calls of a model that batches of both were computed at the same time. */
  private static final int MANY = 60;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static Path colours;
  private static Path sides;
  private static List<Path> images;

  @BeforeAll
  static void makeModelsAndImages() throws IOException {
    List<String> three = List.of("blue", "green", "red");
    colours = TinyWorld.save(folder.resolve("colours.pt"), ResNet.resnet18(10, 3), three);
    List<String> two = List.of("left", "right");
    sides = TinyWorld.save(folder.resolve("sides.pt"), Architecture.MOBILENET_V2.build(10, 9), two);
    try (var files = Files.walk(TinyWorld.draw(folder.resolve("images"), 3, 0))) {
      images = files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<Prediction> alone(Path model) {
    try (Predictor predictor = Predictor.load(model, CONFIG)) {
      return images.stream().map(predictor::predict).toList();
    }
  }

  /** Asks until told to stop; ends with an error where an answer is not this model's. */
  private static void ask(
      Predictor predictor, List<Prediction> expected, AtomicInteger answers, AtomicBoolean stop) {
    for (int i = 0; !stop.get(); i++) {
      int image = i % images.size();
      assertSame(predictor.predict(images.get(image)), expected.get(image));
      answers.incrementAndGet();
    }
  }

  private static void assertSame(Prediction actual, Prediction expected) {
    assertThat(actual.version()).isEqualTo(expected.version());
    assertThat(actual.scores()).hasSameSizeAs(expected.scores());
    for (int i = 0; i < expected.scores().size(); i++) {
      assertThat(actual.scores().get(i).label()).isEqualTo(expected.scores().get(i).label());
      assertThat(actual.scores().get(i).probability())
          .isCloseTo(expected.scores().get(i).probability(), within(1e-5));
    }
  }

  private static void await(AtomicInteger answers) throws InterruptedException {
    int enough = answers.get() + MANY;
    while (answers.get() < enough) {
      Thread.sleep(1);
    }
  }

  @Test
  void bothAnswerRightAtOnceAndClosingOneLeavesTheOther() throws Exception {
    List<Prediction> ofColours = alone(colours);
    List<Prediction> ofSides = alone(sides);
    var colourAnswers = new AtomicInteger();
    var sideAnswers = new AtomicInteger();
    var stop = new AtomicBoolean();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try (Predictor one = Predictor.load(colours, CONFIG);
        Predictor two = Predictor.load(sides, CONFIG)) {
      List<CompletableFuture<Void>> asking =
          call(callers, () -> ask(one, ofColours, colourAnswers, stop));
      List<CompletableFuture<Void>> goingOn =
          call(callers, () -> ask(two, ofSides, sideAnswers, stop));
      await(colourAnswers);
      await(sideAnswers);
      one.close();
      assertThat(asking)
          .allSatisfy(
              it ->
                  assertThat(it)
                      .failsWithin(PATIENCE)
                      .withThrowableThat()
                      .havingCause()
                      .isInstanceOf(IllegalStateException.class)
                      .withMessage("The predictor is closed."));
      await(sideAnswers);
      stop.set(true);
      assertThat(goingOn).allSatisfy(it -> assertThat(it).succeedsWithin(PATIENCE));
      assertSame(two.predict(images.get(0)), ofSides.get(0));
    } finally {
      stop.set(true);
      callers.shutdown();
    }
  }

  private static List<CompletableFuture<Void>> call(ExecutorService callers, Runnable task) {
    return Stream.generate(() -> CompletableFuture.runAsync(task, callers)).limit(4).toList();
  }
}
