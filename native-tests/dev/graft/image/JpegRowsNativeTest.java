package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds the first rows, decoded alone, to those of the whole image. */
class JpegRowsNativeTest {
  private final ImageDecoder partial = new ImageDecoder();
  private final ImageDecoder whole = new ImageDecoder();

  @AfterEach
  void close() {
    partial.close();
    whole.close();
  }

  @Test
  void anyNumberOfRows_isTheTopOfTheWhole() {
    List<String> cut = jpegs().filter(file -> cut(Golden.bytes(file)) != null).toList();
    assertThat(cut)
        .contains("landscape.jpg", "grey.jpg", "subsampling-0.jpg", "subsampling-1.jpg")
        .contains("subsampling-2.jpg", "quality-5.jpg", "quality-100.jpg", "column.jpg")
        .doesNotContain("progressive.jpg");
    jpegs().forEach(file -> assertRows(file, Golden.bytes(file), 1));
  }

  /** libjpeg runs out of data where the rows of other images end: the whole is decoded then. */
  @Test
  void dataThatEndsTooEarly_givesTheRowsThatTheWholeGives() {
    byte[] image = Golden.bytes("landscape.jpg");
    int end = cut(image).end();
    for (int missing = 1; missing < end / 2; missing = 2 * missing + 1) {
      byte[] damaged = new byte[end - missing + 2];
      System.arraycopy(image, 0, damaged, 0, end - missing);
      damaged[damaged.length - 2] = (byte) 0xff;
      damaged[damaged.length - 1] = (byte) 0xd9; // the end-of-image marker
      assertRows("landscape.jpg without " + missing + " bytes", damaged, 23);
    }
  }

  @Test
  void damagedData_givesTheRowsThatTheWholeGives() {
    int read = 0;
    for (String[] row : Golden.table("damage.tsv")) {
      byte[] data = Golden.bytes(row[0]);
      if (row[0].endsWith(".jpg") && row[1].equals("flip")) {
        data[Integer.parseInt(row[2])] ^= (byte) Integer.parseInt(row[3]);
        try {
          whole.decode(data, row[0]);
        } catch (ImageException refused) {
          continue;
        }
        assertRows(String.join(" ", row), data, 61);
        read++;
      }
    }
    assertThat(read).isGreaterThan(100);
  }

  private static Stream<String> jpegs() {
    return Golden.table("index.tsv").stream()
        .filter(row -> row[0].endsWith(".jpg") && !row[3].equals(Golden.REFUSED))
        .map(row -> row[0]);
  }

  private static JpegCut cut(byte[] data) {
    return ImageFormat.check(new Encoded("test", data, data.length)).cut();
  }

  /** Every {@code step}th number of rows, each after what is decoded before it was blackened. */
  private void assertRows(String name, byte[] data, int step) {
    PixelImage expected = whole.decode(data, name);
    ImageRows rows = partial.open(data, name);
    int rowBytes = expected.width() * 3;
    for (int count = 1; count <= expected.height(); count += step) {
      PixelImage actual = rows.first(count);
      assertThat(
              Arrays.mismatch(
                  actual.pixels(), 0, count * rowBytes, expected.pixels(), 0, count * rowBytes))
          .as("%s: the first %d rows", name, count)
          .isEqualTo(-1);
      Arrays.fill(actual.pixels(), (byte) 0);
    }
  }
}
