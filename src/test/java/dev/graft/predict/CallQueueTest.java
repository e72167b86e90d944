package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallQueueTest {
  private static final long LONG = Duration.ofSeconds(20).toNanos();

  private static Call call() {
    return new Call(ImageSource.of(new byte[0], "nothing"), null);
  }

  private static List<Call> add(CallQueue queue, int count) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(call());
      queue.add(calls.get(i));
    }
    return calls;
  }

  @Test
  void aLoneWorkerTakesTheOldestUpToTheLargestBatch() {
    var queue = new CallQueue(100, 8, 0);
    List<Call> calls = add(queue, 11);
    assertThat(queue.take()).isEqualTo(calls.subList(0, 8));
    assertThat(queue.take()).isEqualTo(calls.subList(8, 11));
  }

  @Test
  void aCallTooManyIsRejectedAtOnceAndTheOthersStay() {
    var queue = new CallQueue(3, 8, 0);
    List<Call> calls = add(queue, 3);
    assertThatThrownBy(() -> queue.add(call()))
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("3 calls wait");
    assertThat(queue.take()).isEqualTo(calls);
    queue.add(call()); // there is room again
  }

  @Test
  void aSingleCallIsNotWaitedForThoughBatchesMayFill() {
    var queue = new CallQueue(100, 8, LONG);
    List<Call> calls = add(queue, 1);
    assertThat(queue.take()).isEqualTo(calls);
  }

  @Test
  void aBatchFillsWhileOthersAreInProgress() throws Exception {
    var queue = new CallQueue(100, 3, LONG);
    add(queue, 3);
    queue.take(); // in progress
    List<Call> calls = new ArrayList<>(add(queue, 1));
    var batch = CompletableFuture.supplyAsync(queue::take);
    assertThatThrownBy(() -> batch.get(50, TimeUnit.MILLISECONDS)).isNotNull(); // it waits
    calls.addAll(add(queue, 2));
    assertThat(batch.get()).isEqualTo(calls);
  }

  @Test
  void batchesThatFillDoNotWaitForEachOther() throws Exception {
    var queue = new CallQueue(100, 3, LONG);
    add(queue, 1);
    queue.take(); // in progress
    var first = CompletableFuture.supplyAsync(queue::take);
    var second = CompletableFuture.supplyAsync(queue::take);
    while (queue.idle() < 2) {
      Thread.onSpinWait();
    }
    queue.addAll(List.of(call(), call()));
    assertThatThrownBy(() -> first.get(50, TimeUnit.MILLISECONDS)).isNotNull(); // they wait
    queue.done(); // nothing is computed any more, so one of them begins
    CompletableFuture.anyOf(first, second).get(10, TimeUnit.SECONDS);
    queue.done();
    assertThat(first.get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThat(second.get(10, TimeUnit.SECONDS)).hasSize(1);
  }

  @Test
  void freeWorkersShareWhatWaits() throws Exception {
    var queue = new CallQueue(100, 8, 0);
    var first = CompletableFuture.supplyAsync(queue::take);
    var second = CompletableFuture.supplyAsync(queue::take);
    while (queue.idle() < 2) {
      Thread.onSpinWait();
    }
    List<Call> calls = List.of(call(), call(), call(), call());
    queue.addAll(calls);
    List<Call> taken = new ArrayList<>(first.get());
    assertThat(taken).hasSizeLessThan(4);
    taken.addAll(second.get());
    assertThat(calls).containsAll(taken);
  }

  @Test
  void closingHandsOutWhatWaitsAndThenNothing() throws Exception {
    var queue = new CallQueue(100, 8, 0);
    List<Call> calls = add(queue, 2);
    assertThat(queue.close()).isFalse();
    assertThat(queue.close()).isTrue();
    assertThatThrownBy(() -> queue.add(call()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(queue.take()).isEqualTo(calls);
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void closingEndsAWaitingWorker() throws Exception {
    var queue = new CallQueue(100, 8, 0);
    var batch = CompletableFuture.supplyAsync(queue::take);
    while (queue.idle() < 1) {
      Thread.onSpinWait();
    }
    queue.close();
    assertThat(batch.get()).isEmpty();
  }
}
