package dev.graft.data;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  @ParameterizedTest
  @CsvSource({"300, 200", "75, 50", "40, 30", "1200, 800", "250, 200", "31, 20"})
  void aResizedPictureLooksTheSame(int width, int height) {
    Fingerprint look = look(Scene.of(1).draw(300, 200), 300, 200);

    assertThat(look(Scene.of(1).draw(width, height), width, height).looksLike(look)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-20, 20})
  void aBrighterOrDarkerPictureLooksTheSame(int levels) {
    byte[] pixels = Scene.of(1).draw(300, 200);
    Fingerprint look = look(pixels, 300, 200);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, (pixels[i] & 0xff) + levels));
    }

    assertThat(look(pixels, 300, 200).looksLike(look)).isTrue();
  }

  @Test
  void otherPicturesLookOtherwise() {
    for (int i = 0; i < 40; i++) {
      Fingerprint one = look(Scene.of(i).draw(120, 90), 120, 90);
      for (int j = 0; j < i; j++) {
        Fingerprint other = look(Scene.of(j).draw(120, 90), 120, 90);
        assertThat(one.looksLike(other)).as("%d and %d", i, j).isFalse();
      }
    }
  }

  @Test
  void aMirroredPictureLooksOtherwise() {
    byte[] pixels = Scene.of(1).draw(300, 200);
    var mirrored = new byte[pixels.length];
    for (int i = 0; i < 300 * 200; i++) {
      int from = i - i % 300 + 299 - i % 300;
      System.arraycopy(pixels, 3 * from, mirrored, 3 * i, 3);
    }

    assertThat(look(mirrored, 300, 200).looksLike(look(pixels, 300, 200))).isFalse();
  }

  @Test
  void sameShapesInOtherColoursLookOtherwise() {
    byte[] pixels = Scene.of(1).draw(300, 200);
    var swapped = pixels.clone();
    for (int i = 0; i < swapped.length; i += 3) {
      swapped[i] = pixels[i + 2];
      swapped[i + 2] = pixels[i];
    }

    assertThat(look(swapped, 300, 200).looksLike(look(pixels, 300, 200))).isFalse();
  }

  @Test
  void anImageOfOneBrightnessHasNone_sinceItWouldLookLikeAnyOther() {
    var grey = new byte[3 * 50 * 40];
    java.util.Arrays.fill(grey, (byte) 90);

    assertThat(Fingerprint.of(grey, 50, 40)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 500", "500, 1", "7, 3"})
  void theSmallestImagesAreLookedAtToo(int width, int height) {
    var pixels = new byte[3 * width * height];
    pixels[0] = (byte) 255;

    Fingerprint look = Fingerprint.of(pixels, width, height);

    assertThat(look == null || look.looksLike(look)).isTrue();
  }

  private static Fingerprint look(byte[] pixels, int width, int height) {
    return requireNonNull(Fingerprint.of(pixels, width, height));
  }
}
