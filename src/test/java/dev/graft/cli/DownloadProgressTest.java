package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.console.StatusLine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {
  private static final long MEBI = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final StatusLine terminal = new StatusLine(err, 80, false);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesAreFew_andTheLastIsTheWhole() {
    var progress = new DownloadProgress("resnet18", err, null);
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
    var progress = new DownloadProgress("resnet18", err, terminal);
    progress.on(10 * MEBI, 40 * MEBI);
    assertThat(shown())
        .contains("Downloading resnet18: ######.................. 10.0 of 40.0 MiB (25 %)");
    progress.clear();
    assertThat(shown()).endsWith("\r\u001b[K");
  }

  @Test
  void withoutASizeThereIsNoShare() {
    assertThat(DownloadProgress.line("vit_b_16", "", 3 * MEBI, -1))
        .isEqualTo("Downloading vit_b_16: 3.0 MiB");
  }

  @Test
  void whatIsWaitedForIsTold() {
    new DownloadProgress("resnet18", err, terminal)
        .waiting(Path.of("cache", "resnet18-f37072fd.pth"));
    assertThat(shown().strip())
        .isEqualTo("Another process downloads resnet18-f37072fd.pth; waiting for it");
  }

  @Test
  void nothingIsShown_ifNothingIsDownloaded() {
    new DownloadProgress("resnet18", err, terminal).clear();
    assertThat(shown()).isEmpty();
  }
}
