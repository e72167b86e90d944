package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path dir;

  @Test
  void createsAndReplaces_andLeavesNothingBeside() throws IOException {
    Path file = dir.resolve("é.txt");

    AtomicFile.writeString(file, "new é");
    assertThat(file).hasContent("new é");
    AtomicFile.writeStream(file, out -> out.write(new byte[] {1, 2}));
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {3})));
    assertThat(file).hasBinaryContent(new byte[] {3});
    assertThat(names()).containsExactly("é.txt");
  }

  @Test
  void keepsTheOldFile_ifTheContentFails() throws IOException {
    Path file = Files.writeString(dir.resolve("a"), "old");

    assertThatThrownBy(
            () ->
                AtomicFile.writeStream(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("no more");
                    }))
        .hasMessage("no more");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void doesNotShowHalfAFile_whileItIsWritten() throws IOException {
    Path file = Files.writeString(dir.resolve("a"), "old");

    AtomicFile.writeStream(
        file,
        out -> {
          out.write('n');
          out.flush();
          assertThat(file).hasContent("old");
        });
    assertThat(file).hasContent("n");
  }

  @Test
  void failsInAFolderThatIsNotThere() {
    assertThatThrownBy(() -> AtomicFile.writeString(dir.resolve("no/a"), "x"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void writersOfOneFile_doNotMix() throws Exception {
    Path file = dir.resolve("a");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<Boolean>> writers =
        IntStream.range(0, 40)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () -> {
                      AtomicFile.writeString(file, String.valueOf((char) ('a' + i % 26)).repeat(9));
                      return Files.readString(file).chars().distinct().count() == 1;
                    })
            .toList();

    for (Future<Boolean> whole : threads.invokeAll(writers)) {
      assertThat(whole.get()).isTrue();
    }
    threads.shutdown();
    assertThat(names()).containsExactly("a");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
