package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Compares where RandomResizedCrop cuts with 100,000 draws of torchvision's for each size: a
 * chi-squared test of two samples, over cells of area, ratio and position at once.
 */
class CropBoxesTest {
  private static final int DRAWS = 100_000;

  /** Cells that both together hit less often than this count as one: 5 are expected of each. */
  private static final int LEAST = 10;

  /** Of 1,000 samples of the same distribution, one lies beyond it. */
  private static final double QUANTILE_999 = 3.0902;

  private final List<String[]> sizes = Golden.table("crop-boxes.tsv");

  @Test
  void cutsWhereTorchvisionCuts() {
    for (String[] size : sizes) {
      Comparison comparison = compare(size, box -> box);
      assertThat(comparison.chiSquared)
          .as("%s x %s, %d degrees of freedom", size[0], size[1], comparison.degrees)
          .isLessThan(comparison.limit());
    }
  }

  @Test
  void noticesPositionsThatNeverReachTheLastOne() {
    for (String[] size : sizes) {
      int width = Integer.parseInt(size[0]);
      UnaryOperator<Box> offByOne =
          box -> box.x() > 0 && box.x() == width - box.width() ? box.moved(-1, 0) : box;
      Comparison comparison = compare(size, offByOne);
      assertThat(comparison.chiSquared).isGreaterThan(comparison.limit());
    }
  }

  @Test
  void noticesRatiosThatAreUniformButNotTheirLogarithms() {
    SplittableRandom random = new SplittableRandom(2);
    for (String[] size : sizes) {
      int width = Integer.parseInt(size[0]);
      int height = Integer.parseInt(size[1]);
      // Kept in proportion to its ratio, a box has a uniform ratio if its logarithm was uniform.
      UnaryOperator<Box> uniform =
          box -> {
            Box kept = box;
            while (random.nextDouble() * 1.4 > (double) kept.width() / kept.height()) {
              kept = RandomResizedCrop.draw(width, height, random);
            }
            return kept;
          };
      Comparison comparison = compare(size, uniform);
      assertThat(comparison.chiSquared).isGreaterThan(comparison.limit());
    }
  }

  @Test
  void roundsHalfAPixelToTheEvenSideAsPythonDoes() {
    for (String[] row : Golden.table("crop-edges.tsv")) {
      assertThat(RandomResizedCrop.edge(Double.parseDouble(row[0])))
          .as(row[0])
          .isEqualTo(Integer.parseInt(row[1]));
    }
  }

  private record Comparison(double chiSquared, int degrees) {
    /** The 99.9 % quantile of the chi-squared distribution, after Wilson and Hilferty (1931). */
    double limit() {
      double spread = 2.0 / (9 * degrees);
      return degrees * Math.pow(1 - spread + QUANTILE_999 * Math.sqrt(spread), 3);
    }
  }

  private static Comparison compare(String[] size, UnaryOperator<Box> change) {
    int width = Integer.parseInt(size[0]);
    int height = Integer.parseInt(size[1]);
    double[] areas = numbers(size[2]);
    double[] ratios = numbers(size[3]);
    Map<String, int[]> counts = new TreeMap<>();
    for (String cell : size[4].split(" ", -1)) {
      counts.put(cell.substring(0, 4), new int[] {Integer.parseInt(cell.substring(5)), 0});
    }
    SplittableRandom random = new SplittableRandom(20);
    for (int i = 0; i < DRAWS; i++) {
      Box box = change.apply(RandomResizedCrop.draw(width, height, random));
      String cell = cell(box, width, height, areas, ratios);
      counts.computeIfAbsent(cell, c -> new int[2])[1]++;
    }
    return compare(counts.values());
  }

  /** Both samples are of the same size, so each cell should have half of what both hit. */
  private static Comparison compare(Collection<int[]> counts) {
    double chiSquared = 0;
    int cells = 0;
    int[] rare = new int[2];
    for (int[] both : counts) {
      if (both[0] + both[1] < LEAST) {
        rare[0] += both[0];
        rare[1] += both[1];
      } else {
        chiSquared += term(both);
        cells++;
      }
    }
    boolean anyRare = rare[0] + rare[1] >= LEAST;
    return new Comparison(chiSquared + (anyRare ? term(rare) : 0), anyRare ? cells : cells - 1);
  }

  private static double term(int[] both) {
    double difference = both[0] - both[1];
    return difference * difference / (both[0] + both[1]);
  }

  /** The cell that scripts/make-transform-references.py counts such a box in. */
  private static String cell(Box box, int width, int height, double[] areas, double[] ratios) {
    long area = Arrays.stream(areas).filter(b -> box.width() * box.height() >= b).count();
    double ratio = (double) box.width() / box.height();
    long above = Arrays.stream(ratios).filter(b -> ratio >= b).count();
    return ""
        + area
        + above
        + position(box.x(), width - box.width())
        + position(box.y(), height - box.height());
  }

  private static int position(int at, int room) {
    if (room == 0) {
      return 0;
    }
    return at == 0 ? 1 : at == room ? 6 : 2 + 4 * at / (room + 1);
  }

  private static double[] numbers(String words) {
    return Arrays.stream(words.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }
}
