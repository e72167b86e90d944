package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoProblemTest {
  @TempDir Path dir;

  private IOException writing(Path file) {
    return catchThrowableOfType(IOException.class, () -> AtomicFile.writeString(file, "x"));
  }

  @Test
  void whatJavaNamesByClassOnly_isSaid() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThat(IoProblem.of(new AccessDeniedException("/data")))
        .isEqualTo("access to /data is denied");
    assertThat(IoProblem.of(writing(dir.resolve("no/a"))))
        .isEqualTo(dir.resolve("no") + " does not exist");
    assertThat(
            IoProblem.of(
                catchThrowableOfType(IOException.class, () -> Files.createDirectories(file))))
        .isEqualTo(file + " exists already");
    assertThat(
            IoProblem.of(
                catchThrowableOfType(IOException.class, () -> Files.newDirectoryStream(file))))
        .isEqualTo(file + " is no folder");
  }

  @Test
  void theSystemsReasonIsKept_andTheTemporaryFileIsNot() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThat(IoProblem.of(writing(file.resolve("a")))).isEqualTo(file + ": Not a directory");
    assertThat(IoProblem.of(new FileSystemException("/a/.x.pt.12-1.tmp", null, "No space left")))
        .isEqualTo("/a: No space left");
    assertThat(IoProblem.of(new IOException("No space left"))).isEqualTo("No space left");
    assertThat(IoProblem.of(new IOException())).contains("IOException");
  }

  @Test
  void aFileThatCannotBeWritten_reasonAndCureAreNamed() {
    Path file = dir.resolve("no/a.pt");
    assertThat(IoProblem.cannotWrite(file, writing(file)))
        .hasMessage(
            "Cannot write "
                + file
                + ": "
                + dir.resolve("no")
                + " does not exist. Make room or choose another folder; what was there before is"
                + " unchanged.");
  }
}
