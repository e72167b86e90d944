package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormulaTest {
  private static final int SIDE = 100;

  private static Stream<Formula> formulas() {
    return Stream.concat(
        DrawnClasses.forPretraining(90, 7).classes().stream().map(DrawnClass::formula),
        Stream.of(Curve.values()));
  }

  /** One example in the middle of nothing, its square 50 pixels wide. */
  private static int[] draw(Formula formula, long seed) {
    var random = new SplittableRandom(seed);
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    var canvas = image.createGraphics();
    canvas.translate(SIDE / 2, SIDE / 2);
    canvas.scale(25, 25);
    formula.draw(canvas, new Ink(0.5, random), random);
    canvas.dispose();
    return image.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
  }

  private static long painted(int[] pixels) {
    return Arrays.stream(pixels).filter(pixel -> pixel >>> 24 > 100).count();
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void drawsSomethingWithinItsSquare(Formula formula) {
    int[] pixels = draw(formula, 1);
    assertThat(painted(pixels)).isBetween(50L, 2800L);
    List<Integer> outside =
        IntStream.range(0, pixels.length)
            .filter(i -> pixels[i] != 0)
            .filter(i -> Math.max(Math.abs(i % SIDE - 50), Math.abs(i / SIDE - 50)) > 36)
            .boxed()
            .toList();
    assertThat(outside).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void examplesOfAClassDiffer_theSameSeedGivesTheSame(Formula formula) {
    assertThat(draw(formula, 1)).isEqualTo(draw(formula, 1)).isNotEqualTo(draw(formula, 2));
  }
}
