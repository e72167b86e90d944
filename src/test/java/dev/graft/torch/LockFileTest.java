package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
  @TempDir Path dir;

  @Test
  void oneHolderAtATime_byWhateverPath_andTheFileGoesWithIt() throws IOException {
    Path file = dir.resolve("a.lock");
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir).resolve("a.lock");
    try (LockFile lock = LockFile.tryTake(file).orElseThrow()) {
      assertThat(file).exists();
      assertThat(LockFile.tryTake(file)).isEmpty();
      assertThat(LockFile.tryTake(link)).isEmpty();
    }
    assertThat(file).doesNotExist();
    LockFile.tryTake(file).orElseThrow().close();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeOrALinkIsRefusedAndLeft() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path mine = Files.writeString(dir.resolve("mine"), "mine");
    Path link = Files.createSymbolicLink(dir.resolve("link"), mine);
    for (Path file : new Path[] {pipe, link}) {
      assertThatThrownBy(() -> LockFile.tryTake(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + ": it is no regular file");
      assertThat(Files.exists(file)).isTrue();
    }
    assertThat(mine).hasContent("mine");
  }
}
