package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the transforms to torchvision's pixels, byte for byte: with Pillow up to 12.1, which
 * resizes columns first. Newer ones resize some images rows first, and may be one grey level off.
 */
class TorchvisionParityTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resize",
        "center-crop",
        "resized-crop",
        "flip",
        "rotate",
        "brightness",
        "contrast",
        "saturation",
        "hue",
        "normalize"
      })
  void givesTorchvisionsPixels(String firstStep) {
    List<String[]> rows =
        Golden.table("transforms.tsv").stream()
            .filter(row -> row[1].startsWith(firstStep))
            .toList();
    assertThat(rows).isNotEmpty();
    for (String[] row : rows) {
      assertThat(digest(row[0], row[1].split("; ", -1)))
          .as(row[0] + ": " + row[1])
          .isEqualTo(row[2]);
    }
  }

  @Test
  void oneGreyLevelOrOnePixelOff_changesTheDigest() {
    PixelImage image = Drawings.draw("drawing 61 47 1");
    String digest = Golden.digest(image);
    image.pixels()[3 * 61 * 47 - 1]++;
    assertThat(Golden.digest(image)).isNotEqualTo(digest);
  }

  @Test
  void isNowhereMoreThanOneGreyLevelOff_whatANewerPillowResizesRowsFirst() {
    byte[] expected = Golden.unzipped("rows-first.gz");
    int at = 0;
    for (String[] row : Golden.table("rows-first.tsv")) {
      PixelImage actual = changed(row[0], row[1].split("; ", -1)).settle();
      int length = actual.width() * actual.height() * 3;
      int[] off = new int[256];
      int[] shifted = new int[256];
      for (int i = 0; i < length; i++) {
        off[Math.abs((expected[at + i] & 0xff) - (actual.pixels()[i] & 0xff))]++;
        shifted[Math.abs((expected[at + i] & 0xff) - (actual.pixels()[(i + 3) % length] & 0xff))]++;
      }
      assertThat(off[0] + off[1]).as(row[0] + ": " + row[1]).isEqualTo(length);
      assertThat(shifted[0] + shifted[1]).as("shifted by a pixel").isLessThan(length);
      at += length;
    }
    assertThat(at).isEqualTo(expected.length);
  }

  private String digest(String described, String[] steps) {
    String last = steps[steps.length - 1];
    if (last.startsWith("normalize")) {
      return normalized(changed(described, Arrays.copyOf(steps, steps.length - 1)), numbers(last));
    }
    return Golden.digest(changed(described, steps).settle());
  }

  private Frame changed(String described, String[] steps) {
    Frame frame = new Frame();
    frame.begin(Drawings.draw(described), described);
    for (String step : steps) {
      apply(frame, step.substring(0, (step + " ").indexOf(' ')), numbers(step));
    }
    return frame;
  }

  private static double[] numbers(String step) {
    return Arrays.stream(step.split(" ", -1)).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  private void apply(Frame frame, String step, double[] n) {
    switch (step) {
      case "resize" -> new Resize((int) n[0]).apply(frame, random);
      case "center-crop" -> new CenterCrop((int) n[0]).apply(frame, random);
      case "resized-crop" ->
          new RandomResizedCrop((int) n[4])
              .apply(frame, new Box((int) n[0], (int) n[1], (int) n[2], (int) n[3]));
      case "flip" -> new RandomHorizontalFlip(1).apply(frame, random);
      case "rotate" -> RandomRotation.apply(frame, n[0]);
      default -> {
        ColorAdjustment adjustment = ColorAdjustment.valueOf(step.toUpperCase(Locale.ROOT));
        ColorJitter.apply(frame, List.of(new ColorJitter.Step(adjustment, n[0])));
      }
    }
  }

  private static String normalized(Frame frame, double[] n) {
    List<Double> numbers = Arrays.stream(n).boxed().toList();
    FloatBuffer floats = FloatBuffer.allocate(3 * frame.width() * frame.width());
    new Normalizer(frame.width(), numbers.subList(0, 3), numbers.subList(3, 6), Layout.CHW)
        .write(frame.settle(), floats, 0);
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    return Golden.digest(bytes.array(), bytes.capacity());
  }
}
