package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadsNativeTest {
  private int before;

  @BeforeEach
  void threeThreads() {
    NativeRuntime.load();
    before = NativeRuntime.threads();
    NativeRuntime.setThreads(3);
  }

  @AfterEach
  void asBefore() {
    NativeRuntime.setThreads(before);
  }

  /** libtorch gives a thread the process's number at its first operation. */
  @Test
  void aThreadKeepsItsOwnNumber_whenItComputes() throws Exception {
    var thread = Executors.newSingleThreadExecutor();
    try {
      List<Integer> seen =
          thread
              .submit(
                  () -> {
                    NativeRuntime.setThreadsOfThisThread(1);
                    int set = NativeRuntime.threads();
                    try (Tensor values = Tensor.uniform(new SplittableRandom(1), 1, 1 << 20);
                        Tensor softmax = values.softmax(0)) {
                      return List.of(set, NativeRuntime.threads());
                    }
                  })
              .get(60, TimeUnit.SECONDS);
      assertThat(seen).containsExactly(1, 1);
      assertThat(NativeRuntime.threads()).isEqualTo(3);
    } finally {
      thread.shutdown();
    }
  }
}
