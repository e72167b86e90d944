package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.MutatedImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedImagesNativeTest {
  private final ImageDecoder decoder = new ImageDecoder();

  @AfterEach
  void close() {
    decoder.close();
  }

  /** Truncations and bit flips that Pillow was shown too: graft may be stricter, never laxer. */
  @Test
  void neverReadsWhatPillowRefuses_norOtherwise() {
    int read = 0;
    for (String[] row : Golden.table("damage.tsv")) {
      byte[] data = Golden.bytes(row[0]);
      int at = Integer.parseInt(row[2]);
      if (row[1].equals("cut")) {
        data = Arrays.copyOf(data, at);
      } else {
        data[at] ^= (byte) Integer.parseInt(row[3]);
      }
      String seen;
      try {
        seen = Golden.digest(decoder.decode(data, row[0]));
      } catch (ImageException refused) {
        continue;
      }
      assertThat(seen).as(String.join(" ", row)).isEqualTo(row[4]);
      read++;
    }
    assertThat(read).as("damage that shows in the pixels alone").isGreaterThan(500);
  }

  /** A hundred damaged versions of each golden image; -Dgraft.fuzz=1000 makes it more. */
  @Test
  void answersAnyBytes_withAnImageOrAnImageException() {
    SplittableRandom random = new SplittableRandom(11);
    int read = 0;
    for (String[] row : Golden.table("index.tsv")) {
      byte[] original = Golden.bytes(row[0]);
      for (int round = 0; round < Integer.getInteger("graft.fuzz", 100); round++) {
        byte[] data = original.clone();
        for (int flips = random.nextInt(1, 12); flips > 0; flips--) {
          data[random.nextInt(Math.min(data.length, 1 << random.nextInt(4, 16)))] =
              (byte) random.nextInt();
        }
        MutatedImages.reseal(data);
        try {
          decoder.decode(data, row[0]);
          read++;
        } catch (ImageException refused) {
          assertThat(refused.name()).isEqualTo(row[0]);
        }
      }
    }
    assertThat(read).isPositive();
    assertThat(decoder.decode(Golden.bytes("rgb.png"), "afterwards").width()).isEqualTo(61);
  }

  /** A decoder that has not decoded anything yet has no pixels to look at. */
  @Test
  void aDecodersFirstImageMayBeDamaged() {
    var images = new MutatedImages(1);
    int refused = 0;
    for (int number = 0; number < 300; number++) {
      try (var fresh = new ImageDecoder()) {
        fresh.decode(images.image(number), images.name(number));
      } catch (ImageException damaged) {
        assertThat(damaged.name()).isEqualTo(images.name(number));
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 299);
  }

  @Test
  void namesTheFileAndTheReason(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    Path text = Files.writeString(folder.resolve("text.jpg"), "Not an image at all.\n");
    Path page = Files.writeString(folder.resolve("page.jpg"), "<!DOCTYPE html><html>404</html>");
    refuses(empty, "it is empty");
    refuses(text, "it is text, not an image");
    refuses(page, "it is an HTML or XML page, not an image");
    refuses(folder, "it is a folder");
    refuses(folder.resolve("missing.jpg"), "there is no such file");
    byte[] jpeg = Golden.bytes("landscape.jpg");
    Path half = Files.write(folder.resolve("half.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    refuses(half, "it is truncated: the file ends before the image does");
  }

  private void refuses(Path file, String reason) {
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("Cannot decode " + file + ": " + reason);
  }

  @Test
  void refusesADecompressionBomb_beforeItDecodes() {
    byte[] bomb = "P6 20000 20000 255\n".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> decoder.decode(bomb, "bomb.ppm"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("20000 x 20000 pixels, more than the limit of 178956970");
  }

  @Test
  void textsInAPngAreNotInflated() {
    byte[] png = Bombs.pngWithTexts(50);
    PixelImage image = decoder.decode(png, "texts.png");
    String seen = Golden.digest(image);
    assertThat(seen).isEqualTo(Golden.digest(decoder.decode(Golden.bytes("rgb.png"), "rgb.png")));
  }

  /** OpenCV's reader of animations fills them with memory that nobody wrote. */
  @Test
  void refusesAnAnimatedPng_whoseLastRowsAreMissing() {
    byte[] png = AnimatedPng.of(Golden.bytes("short-data.png"), false);
    assertThatThrownBy(() -> decoder.decode(png, "short-data.png"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("it is damaged");
  }

  @Test
  void refusesToWorkOnceClosed() {
    decoder.close();
    decoder.close();
    byte[] png = Golden.bytes("rgb.png");
    assertThatThrownBy(() -> decoder.decode(png, "rgb.png"))
        .isInstanceOf(IllegalStateException.class);
  }
}
