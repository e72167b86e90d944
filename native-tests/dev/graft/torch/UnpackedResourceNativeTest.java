package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnpackedResourceNativeTest {
  private static final String NAME = "UnpackedResourceNativeTest.class";

  private static byte[] content() throws IOException {
    try (InputStream in = UnpackedResourceNativeTest.class.getResourceAsStream(NAME)) {
      return in.readAllBytes();
    }
  }

  @Test
  void isUnpackedOnce_andAgainWhenTheFileWasDamaged() throws IOException {
    Path file = UnpackedResource.of(UnpackedResourceNativeTest.class, NAME);
    assertThat(file).hasBinaryContent(content());
    var before = Files.getLastModifiedTime(file);
    assertThat(UnpackedResource.of(UnpackedResourceNativeTest.class, NAME)).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
    Files.write(file, new byte[content().length]); // as long as before
    assertThat(UnpackedResource.of(UnpackedResourceNativeTest.class, NAME)).isEqualTo(file);
    assertThat(file).hasBinaryContent(content());
    Files.delete(file);
  }
}
