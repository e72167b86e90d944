package dev.graft.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFormatTest {
  private static final String FRAME = "\u00ff\u00c0\0\u000b\u0008\0\2\0\3\1\1\u0011\0";
  private static final String SCAN = "\u00ff\u00da\0\u0008\1\1\0\0?\0data\u00ff\0more";

  @ParameterizedTest
  @CsvSource({
    "'', it is empty",
    "'<!DOCTYPE html>', it is an HTML or XML page",
    "'<svg/>', it is an SVG drawing",
    "'just words', it is text",
    "'%PDF-1.7', it is a PDF document",
    "'Perhaps', it is not an image of a known format",
    "'GIF89a', it is truncated",
    "'P6 2 2 255 x', it is truncated",
    "'P6 0 2 255 x', it says that it has no pixels",
    "'P6 99999 99999 255 x', it says that it has 99999 x 99999 pixels",
    "'BM', it is truncated"
  })
  void saysWhatAFileIsInstead(String content, String reason) {
    assertThatThrownBy(() -> check(content))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("Cannot decode test: " + reason);
  }

  @Test
  void aJpegIsWholeUpToItsEndMarker() {
    String whole = "\u00ff\u00d8" + FRAME + SCAN + "\u00ff\u00d9";
    ImageHeader header = check(whole + "anything");
    assertThat(header.width()).isEqualTo(3);
    assertThat(header.height()).isEqualTo(2);
    for (int length = 3; length < whole.length(); length++) {
      String cut = whole.substring(0, length);
      assertThatThrownBy(() -> check(cut)).hasMessageContaining("it is truncated");
    }
  }

  @Test
  void anEndMarkerInsideASegmentIsNotTheEnd() {
    String thumbnail = "\u00ff\u00e1\0\4\u00ff\u00d9";
    assertThatThrownBy(() -> check("\u00ff\u00d8" + thumbnail + FRAME + SCAN))
        .hasMessageContaining("it is truncated");
  }

  @Test
  void aSequentialJpegOfOneScan_canBeCut() {
    String content = "\u00ff\u00d8" + FRAME + SCAN + "\u00ff\u00fe\0\2\u00ff\u00d9";
    int end = 2 + FRAME.length() + SCAN.length();
    assertThat(check(content).cut()).isEqualTo(new JpegCut(7, 8, end));
    String halved = content.replace("\1\1\u0011", "\1\1\42");
    assertThat(check(halved).cut()).isEqualTo(new JpegCut(7, 16, end));
  }

  @Test
  void otherJpegs_cannotBeCut() {
    String start = "\u00ff\u00d8";
    String end = "\u00ff\u00d9";
    String progressive = FRAME.replace('\u00c0', '\u00c2');
    String twoComponents = SCAN.replace("\0\u0008\1", "\0\u0008\2");
    assertThat(check(start + progressive + SCAN + end).cut()).isNull();
    assertThat(check(start + FRAME + SCAN + SCAN + end).cut()).isNull();
    assertThat(check(start + FRAME + SCAN + "\u00ff\u00d0restarted" + end).cut()).isNull();
    assertThat(check(start + FRAME + twoComponents + end).cut()).isNull();
  }

  @Test
  void aCutHasOneRowOfBlocksMoreThanItsRows() {
    JpegCut cut = new JpegCut(7, 16, 100);
    assertThat(cut.height(1)).isEqualTo(32);
    assertThat(cut.height(16)).isEqualTo(32);
    assertThat(cut.height(17)).isEqualTo(48);
  }

  private static ImageHeader check(String content) {
    byte[] bytes = content.getBytes(ISO_8859_1);
    return ImageFormat.check(new Encoded("test", bytes, bytes.length));
  }
}
