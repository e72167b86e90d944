package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {
  private static final long MEBI = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesAreFew_andTheLastIsTheWhole() {
    var progress = new DownloadProgress("resnet18", err, false);
    for (int i = 1; i <= 40; i++) {
      progress.on(i * MEBI, 40 * MEBI);
    }
    progress.clear();
    assertThat(shown().lines())
        .containsExactly(
            "Downloading resnet18: 1.0 of 40.0 MiB (2 %)",
            "Downloading resnet18: 40.0 of 40.0 MiB (100 %)");
  }

  @Test
  void aTerminalGetsABar_thatIsGoneInTheEnd() {
    var progress = new DownloadProgress("resnet18", err, true);
    progress.on(10 * MEBI, 40 * MEBI);
    assertThat(shown())
        .isEqualTo(
            "\r\u001b[KDownloading resnet18: [######..................] 10.0 of 40.0 MiB (25 %)");
    progress.clear();
    assertThat(shown()).endsWith("\r\u001b[K");
  }

  @Test
  void withoutASizeThereIsNoShare() {
    assertThat(DownloadProgress.line("vit_b_16", 3 * MEBI, -1, true))
        .isEqualTo("Downloading vit_b_16: 3.0 MiB");
  }

  @Test
  void whatIsWaitedForIsTold() {
    new DownloadProgress("resnet18", err, true).waiting(Path.of("cache", "resnet18-f37072fd.pth"));
    assertThat(shown().strip())
        .isEqualTo("Another process downloads resnet18-f37072fd.pth; waiting for it");
  }

  @Test
  void nothingIsShown_ifNothingIsDownloaded() {
    new DownloadProgress("resnet18", err, true).clear();
    assertThat(shown()).isEmpty();
  }
}
