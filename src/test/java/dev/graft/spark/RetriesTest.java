package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.spark.StorageProblem.NoFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetriesTest {
  private final Retries retries = new Retries(Duration.ZERO);
  private int tries;

  private String answerAt(int when, IOException before) throws IOException {
    if (++tries < when) {
      throw before;
    }
    return "content";
  }

  @Test
  void readsAgain_whereTheStorageMayBeAtFault() throws IOException {
    var timeout = new SocketTimeoutException("Read timed out");

    assertThat(retries.run(() -> answerAt(3, timeout))).isEqualTo("content");
    assertThat(tries).isEqualTo(3);
  }

  @Test
  void givesUp_afterThreeTries() {
    var reset = new IOException("Connection reset");

    assertThatThrownBy(() -> retries.run(() -> answerAt(9, reset))).isSameAs(reset);
    assertThat(tries).isEqualTo(3);
  }

  static IOException[] filesThatAreNotThere() {
    return new IOException[] {
      new FileNotFoundException("x"),
      new NoSuchFileException("x"),
      new AccessDeniedException("x"),
      new NoFileException("it is no path"),
    };
  }

  @ParameterizedTest
  @MethodSource("filesThatAreNotThere")
  void triesOnce_whatIsTheFilesFault(IOException problem) {
    assertThatThrownBy(() -> retries.run(() -> answerAt(2, problem))).isSameAs(problem);
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void triesNoMore_whenTheTaskIsToEnd() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> retries.run(() -> answerAt(2, new IOException("closed"))))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void endsItsPause_whenTheTaskIsToEnd() {
    Thread task = Thread.currentThread();
    var slow = new Retries(Duration.ofHours(1));
    var interrupter =
        new Thread(
            () -> {
              while (task.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
              task.interrupt();
            });
    interrupter.start();

    assertThatThrownBy(() -> slow.run(() -> answerAt(2, new IOException("busy"))))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
