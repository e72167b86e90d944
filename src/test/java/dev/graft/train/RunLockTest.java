package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one run: locks of one process say nothing about those of another. */
class RunLockTest {
  @TempDir Path folder;

  /** Another process. Takes the lock of a folder, says so, and holds it until its input ends. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws IOException {
      try (RunLock lock = RunLock.take(Path.of(arguments[0]))) {
        System.out.println("taken");
        System.out.flush();
        System.in.readAllBytes();
      } catch (RunException e) {
        System.out.println("refused");
      }
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    return reader.readLine();
  }

  @Test
  void whatAnotherProcessWritesToIsRefused_untilItEndsOrIsKilled() throws Exception {
    for (boolean killed : new boolean[] {false, true}) {
      Process other = start();
      try {
        assertThat(firstLine(other)).isEqualTo("taken");
        assertThatThrownBy(() -> RunLock.take(folder))
            .isInstanceOf(RunException.class)
            .hasMessageContaining("Another graft is writing");
        if (!killed) {
          other.getOutputStream().close();
        }
      } finally {
        if (killed) {
          other.destroyForcibly();
        }
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
      RunLock.take(folder).close();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anotherProcessIsRefused_alsoAfterASecondTryInThisOne() throws Exception {
    try (RunLock lock = RunLock.take(folder)) {
      assertThatThrownBy(() -> RunLock.take(folder)).isInstanceOf(RunException.class);
      Process other = start();
      assertThat(firstLine(other)).isEqualTo("refused");
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    RunLock.take(folder).close();
  }
}
