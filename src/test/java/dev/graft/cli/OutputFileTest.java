package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path dir;

  private static void refused(Path out, boolean overwrite, String why) {
    assertThatThrownBy(() -> OutputFile.require(out, overwrite))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--out " + out)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsNoRegularFileIsRefused_alsoToOverwrite() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path device = Files.createSymbolicLink(dir.resolve("device"), Path.of("/dev/null"));
    for (boolean overwrite : new boolean[] {false, true}) {
      refused(pipe, overwrite, "is no regular file");
      refused(device, overwrite, "is no regular file");
      refused(Path.of("/dev/null"), overwrite, "is no regular file");
      refused(dir, overwrite, "is a folder");
    }
  }

  @Test
  void aLinkIsFollowed_ifItLeadsToAFile() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x").toRealPath();
    Path folder = Files.createDirectory(dir.resolve("folder"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("../file"));
    Path nothing = Files.createSymbolicLink(dir.resolve("nothing"), dir.resolve("gone"));

    assertThat(OutputFile.require(link, true)).isEqualTo(file);
    assertThat(OutputFile.require(file, true)).isEqualTo(file);
    assertThat(OutputFile.require(dir.resolve("new"), false)).isEqualTo(dir.resolve("new"));
    refused(link, false, "exists already");
    refused(nothing, true, "is a link to nothing");
  }

  @Test
  void aFolderThatIsMissing_orAFile_isRefused() throws IOException {
    refused(dir.resolve("no/out"), false, "does not exist");
    Path file = Files.writeString(dir.resolve("file"), "x");
    refused(file.resolve("out"), false, file + " is no folder");
  }
}
