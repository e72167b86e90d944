package dev.graft.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BombsTest {
  private static ImageHeader check(byte[] image) {
    return ImageFormat.check(new Encoded("bomb", image, image.length));
  }

  @Test
  void aPngsTextsAreLeftOut() {
    int sent = check(Bombs.pngWithTexts(3)).spans().stream().mapToInt(s -> s.to() - s.from()).sum();
    assertThat(sent).isEqualTo(Golden.bytes("rgb.png").length);
  }

  @Test
  void whatBearsOnAPngsPixelsIsNotLeftOut() {
    for (String file : new String[] {"gamma.png", "palette-transparent.png"}) {
      byte[] png = Golden.bytes(file);
      int sent = check(png).spans().stream().mapToInt(s -> s.to() - s.from()).sum();
      assertThat(sent).as(file).isEqualTo(png.length);
    }
  }

  @Test
  void aPngsFramesAreLeftOut() {
    byte[] png = Golden.bytes("animated.png");
    var seen = new StringBuilder();
    for (ImageHeader.Span span : check(png).spans()) {
      seen.append(new String(png, span.from(), span.to() - span.from(), ISO_8859_1));
    }
    assertThat(seen).contains("IDAT").doesNotContain("acTL", "fcTL", "fdAT");
  }

  @Test
  void aJpegOfManyScansIsRefused() {
    assertThat(check(Bombs.jpegOfScans(80)).width()).isEqualTo(61);
    assertThatThrownBy(() -> check(Bombs.jpegOfScans(1000)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("more than 100 scans");
  }

  @Test
  void aTiffsStripIsInflatedNoFurtherThanNeeded() {
    byte[] large = Bombs.deflated(new byte[10 << 20]);
    byte[] half = Arrays.copyOf(large, large.length / 2); // whoever reads on comes to its end
    assertThat(check(Bombs.tiffOfOneStrip(1, half)).height()).isEqualTo(1);
  }

  @Test
  void aTiffsStripsDoNotOverlap() {
    byte[] fine = Bombs.deflated(new byte[] {7});
    assertThatThrownBy(() -> check(Bombs.tiffOfOneStrip(20_000, fine)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("its strips overlap");
  }
}
