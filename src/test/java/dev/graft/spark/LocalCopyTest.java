package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.torch.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalCopyTest {
  @Test
  void isWhole_andGoneWhenClosed() throws IOException {
    String content = "weights".repeat(100_000);
    Path file;
    try (var copy = new LocalCopy()) {
      file = copy.file();
      String digest = copy.fill(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));

      assertThat(digest).isEqualTo(Sha256.of(content));
      assertThat(file).hasContent(content);
    }
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void doesNotBlameThisMachine_forWhatCannotBeRead() throws IOException {
    InputStream gone = InputStream.nullInputStream();
    gone.close();
    try (var copy = new LocalCopy()) {
      assertThatThrownBy(() -> copy.fill(gone)).hasMessage("Stream closed");
    }
  }
}
