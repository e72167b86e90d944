package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
  /** Above the largest process number that Linux gives. */
  private static final long NO_PROCESS = 1L << 31;

  @TempDir Path folder;

  private Path staged(long pid, Duration age) throws IOException {
    Path staged = Files.createDirectory(folder.resolve("graft-save-" + pid + "-1"));
    Files.writeString(staged.resolve("model.pt"), "half a model");
    Files.setLastModifiedTime(staged, FileTime.from(Instant.now().minus(age)));
    return staged;
  }

  @Test
  void removesWhatADeadProcessLeftLongAgo_andNothingElse() throws IOException {
    Path dead = staged(NO_PROCESS, Duration.ofHours(1));
    Path deadJustNow = staged(NO_PROCESS + 1, Duration.ZERO);
    Path alive = staged(ProcessHandle.current().pid(), Duration.ofHours(1));
    Path other = Files.createDirectory(folder.resolve("graft-saved"));
    Path link = Files.createSymbolicLink(folder.resolve("graft-save-" + NO_PROCESS + "-2"), other);
    Files.writeString(other.resolve("file"), "of someone else");
    Staging.removeStale(alive);
    assertThat(dead).doesNotExist();
    assertThat(deadJustNow).exists();
    assertThat(alive.resolve("model.pt")).exists();
    assertThat(other.resolve("file")).exists();
    assertThat(link).exists();
  }
}
