package dev.graft.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the native libraries are unpacked to is decided when a process loads them. */
@Timeout(60)
class UnpackingNativeTest {
  @TempDir private Path folder;

  /** Another process, which loads them. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) {
      try {
        NativeRuntime.load();
        System.out.println("loaded");
      } catch (TorchException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void noFolderToUnpackToIsAnErrorThatSaysWhatToDo() throws Exception {
    Path nowhere = Files.createFile(folder.resolve("file")).resolve("folder");
    Process loading =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.cachedir=" + nowhere,
                "-Duser.home=" + nowhere, // JavaCPP's second and third choice
                "-Djava.io.tmpdir=" + nowhere,
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(new String(loading.getInputStream().readAllBytes(), UTF_8))
        .startsWith("Cannot unpack libtorch: Could not create the cache")
        .contains("org.bytedeco.javacpp.cachedir");
    assertThat(loading.waitFor()).isZero();
  }
}
