package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedWindowTest {
  private final List<CompletableFuture<String>> begun = new ArrayList<>();
  private boolean answerFirst;

  @Test
  void keepsTheOrder_whateverIsDoneFirst() {
    var random = new Random(1);
    var pool = Executors.newScheduledThreadPool(4);
    try {
      var window =
          window(
              200,
              (input, done) -> {
                var unused =
                    pool.schedule(
                        () -> done.complete("answer " + input),
                        random.nextInt(3000),
                        TimeUnit.MICROSECONDS);
              },
              new OrderedWindow.Limits(16, Long.MAX_VALUE));
      List<String> results = new ArrayList<>();
      window.forEachRemaining(results::add);

      assertThat(results)
          .isEqualTo(IntStream.range(0, 200).mapToObj(i -> i + ": answer " + i).toList());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void beginsNoMoreThanTheWindowHolds() {
    var window = window(100, (input, done) -> {}, new OrderedWindow.Limits(5, Long.MAX_VALUE));

    assertThat(window.hasNext()).isTrue();
    assertThat(begun).isEmpty();
    takeOne(window);
    assertThat(begun).hasSize(5);
    takeOne(window);
    assertThat(begun).hasSize(6);
  }

  @Test
  void beginsNoMoreThanMayWeigh_butAlwaysOne() {
    var window = window(100, (input, done) -> {}, new OrderedWindow.Limits(50, 25)); // 10 each

    takeOne(window);
    assertThat(begun).hasSize(3);

    var heavy = window(100, (input, done) -> {}, new OrderedWindow.Limits(50, 1));
    begun.clear();
    takeOne(heavy);
    assertThat(begun).hasSize(1);
  }

  @Test
  void makesAResult_ofWhatFailedToo() {
    var window =
        window(
            3,
            (input, done) -> {
              if (input == 1) {
                done.completeExceptionally(new IllegalArgumentException("no image"));
              } else {
                done.complete("well");
              }
            },
            new OrderedWindow.Limits(2, Long.MAX_VALUE));
    List<String> results = new ArrayList<>();
    window.forEachRemaining(results::add);

    assertThat(results).containsExactly("0: well", "1: failed", "2: well");
  }

  @Test
  void takesBackWhatIsUnderWay_whenClosed() {
    var window = window(100, (input, done) -> {}, new OrderedWindow.Limits(5, Long.MAX_VALUE));
    takeOne(window);
    window.close();

    assertThat(begun.get(0)).isCompletedWithValue("done");
    assertThat(begun.subList(1, 5)).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void stopsWaiting_whenInterrupted() {
    var window = window(1, (input, done) -> {}, new OrderedWindow.Limits(5, Long.MAX_VALUE));
    Thread.currentThread().interrupt();

    assertThatThrownBy(window::next).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(begun.get(0)).isCancelled();
  }

  /** Takes the next result, which is there once as many have begun as may. */
  private void takeOne(OrderedWindow<Integer, String, String> window) {
    begun.stream().filter(d -> !d.isDone()).findFirst().ifPresent(d -> d.complete("done"));
    answerFirst = true;
    window.next();
    answerFirst = false;
  }

  private interface Answer {
    void begin(int input, CompletableFuture<String> done);
  }

  private OrderedWindow<Integer, String, String> window(
      int inputs, Answer answer, OrderedWindow.Limits limits) {
    return new OrderedWindow<>(
        IntStream.range(0, inputs).iterator(),
        new OrderedWindow.Work<>() {
          @Override
          public OrderedWindow.Begun<String> begin(Integer input) {
            var done = new CompletableFuture<String>();
            begun.add(done);
            answer.begin(input, done);
            if (answerFirst && begun.size() == 1) {
              done.complete("done");
            }
            return new OrderedWindow.Begun<>(done, 10);
          }

          @Override
          public String end(Integer input, CompletableFuture<String> done) {
            return input + ": " + (done.isCompletedExceptionally() ? "failed" : done.join());
          }
        },
        limits);
  }
}
