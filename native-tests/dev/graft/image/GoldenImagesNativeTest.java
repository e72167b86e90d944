package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GoldenImagesNativeTest {
  /** Refused, whatever Pillow makes of them: readers disagree, or rows are missing (short-data). */
  private static final Set<String> REFUSED =
      Set.of(
          "grey-16-bit.png",
          "short-data.png",
          "16-bit.bmp",
          "transparent.gif",
          "plain.ppm",
          "maxval-100.pgm",
          "maxval-65535.pgm",
          "rgb-lzw.tiff",
          "rgb-lzw-predictor.tiff",
          "rgb-packbits.tiff",
          "rgb-jpeg.tiff",
          "rgba.tiff",
          "cmyk.tiff",
          "grey-16-bit.tiff",
          "orientation-6.tiff");

  private static final Preprocessing IMAGENET = Preprocessing.imagenet(224);

  private final ImageDecoder decoder = new ImageDecoder();
  private final SplittableRandom random = new SplittableRandom(0);

  @AfterEach
  void close() {
    decoder.close();
  }

  @Test
  void decodesTheBytesOfPillow_orRefusesByName() {
    for (String[] row : Golden.table("index.tsv")) {
      String file = row[0];
      byte[] encoded = Golden.bytes(file);
      if (REFUSED.contains(file) || row[3].equals(Golden.REFUSED)) {
        assertThatThrownBy(() -> decoder.decode(encoded, file))
            .isInstanceOf(ImageException.class)
            .hasMessageStartingWith("Cannot decode " + file + ": it is ");
        continue;
      }
      PixelImage image = decoder.decode(encoded, file);
      assertThat(image.width()).as(file).isEqualTo(Integer.parseInt(row[1]));
      assertThat(image.height()).as(file).isEqualTo(Integer.parseInt(row[2]));
      assertThat(Golden.digest(image)).as(file).isEqualTo(row[3]);
    }
  }

  /** As Pillow does: the image itself, whatever frames are around it. */
  @Test
  void takesAnAnimatedPngsImage_evenIfNoFrameShowsIt() {
    for (String file :
        List.of("rgb.png", "rgba.png", "3-channels-16-bit.png", "4-channels-16-bit.png")) {
      String expected = Golden.digest(decoder.decode(Golden.bytes(file), file));
      for (boolean hidden : new boolean[] {false, true}) {
        byte[] animated = AnimatedPng.of(Golden.bytes(file), hidden);
        String actual = Golden.digest(decoder.decode(animated, file));
        assertThat(actual).as(file + (hidden ? ", hidden" : "")).isEqualTo(expected);
      }
    }
  }

  @Test
  void theEvalPresetGivesTorchvisionsPixels() {
    for (String[] row : Golden.table("index.tsv")) {
      if (!REFUSED.contains(row[0]) && !row[3].equals(Golden.REFUSED)) {
        assertThat(Golden.digest(eval(row[0]))).as(row[0]).isEqualTo(row[4]);
      }
    }
  }

  @Test
  void theEvalPresetIsNowhereMoreThanOneGreyLevelOff() {
    for (String file : List.of("landscape.jpg", "portrait.jpg", "flat-255x256.png")) {
      byte[] expected = Golden.unzipped(file + ".eval.gz");
      byte[] actual = eval(file).pixels();
      assertThat(largestDifference(expected, actual, 0)).as(file).isLessThanOrEqualTo(1);
      assertThat(largestDifference(expected, actual, 3)).as(file + " shifted").isGreaterThan(1);
    }
  }

  @Test
  void cropsResizesAndFlipsAsTorchvisionDoes() {
    Frame frame = new Frame();
    RandomResizedCrop crop = new RandomResizedCrop(128);
    for (String[] row : Golden.table("crops.tsv")) {
      int[] n = IntStream.range(1, 6).map(i -> Integer.parseInt(row[i])).toArray();
      frame.begin(decoder.decode(Golden.bytes(row[0]), row[0]), row[0]);
      crop.apply(frame, new Box(n[1], n[0], n[3], n[2]));
      new RandomHorizontalFlip(n[4]).apply(frame, random);
      assertThat(Golden.digest(frame.settle())).as(String.join(" ", row)).isEqualTo(row[6]);
    }
  }

  @Test
  void normalisesToTheFloatsOfTorchvision() {
    FloatBuffer expected =
        ByteBuffer.wrap(Golden.bytes("normalised.f32"))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    PixelImage ramp = new PixelImage();
    ramp.setSize(16, 16);
    for (int i = 0; i < 3 * 256; i++) {
      ramp.pixels()[i] = (byte) (i / 3);
    }
    FloatBuffer actual = FloatBuffer.allocate(3 * 256 + 5);
    new Normalizer(16, IMAGENET.mean(), IMAGENET.std(), Layout.CHW).write(ramp, actual, 5);
    assertThat(actual.slice(5, 3 * 256)).isEqualTo(expected);
  }

  @Test
  void loadsTheSameFloatsForTheSameSeed_whateverCameBefore() {
    byte[] encoded = Golden.bytes("landscape.jpg");
    FloatBuffer first = FloatBuffer.allocate(IMAGENET.floats());
    FloatBuffer second = FloatBuffer.allocate(2 * IMAGENET.floats());
    try (ImagePipeline pipeline = new ImagePipeline(IMAGENET, IMAGENET.trainTransforms())) {
      pipeline.load(encoded, "a", new SplittableRandom(7), first, 0);
      pipeline.load(Golden.bytes("portrait.jpg"), "b", new SplittableRandom(8), second, 0);
      pipeline.load(encoded, "a", new SplittableRandom(7), second, IMAGENET.floats());
    }
    assertThat(second.slice(IMAGENET.floats(), IMAGENET.floats())).isEqualTo(first);
    assertThat(second.slice(0, IMAGENET.floats())).isNotEqualTo(first);
  }

  private PixelImage eval(String file) {
    Frame frame = new Frame();
    frame.begin(decoder.decode(Golden.bytes(file), file), file);
    IMAGENET.evalTransforms().forEach(transform -> transform.apply(frame, random));
    return frame.settle();
  }

  private static int largestDifference(byte[] expected, byte[] actual, int shift) {
    return IntStream.range(0, expected.length - shift)
        .map(i -> Math.abs((expected[i] & 0xff) - (actual[i + shift] & 0xff)))
        .max()
        .orElseThrow();
  }
}
