package dev.graft.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an image looks like, in 63 bits and a picture of 16 x 16: the same for the same photograph
 * saved again, resized or made a little brighter.
 *
 * <p>The bits are a pHash: which of the lowest 8 x 8 frequencies of the brightness, the constant
 * one left out, are above their median, after a discrete cosine transform of 32 x 32 means (Zauner
 * 2010, <a href="https://www.phash.org/docs/pubs/thesis_zauner.pdf">Implementation and Benchmarking
 * of Perceptual Image Hash Functions</a>, section 3.2.1). Here the frequencies that run along one
 * side only count too, or stripes would have no bits. Since bits alone also agree by chance, {@link
 * #looksLike} then compares the pictures, brightness by its correlation and colour by its mean
 * difference.
 */
final class Fingerprint {
  /** Bits in which images that look the same may differ. */
  static final int NEAR_BITS = 11;

  private static final int CELLS = CellMeans.CELLS;
  private static final int FREQUENCIES = 8;

  /** Sides of the picture: brightness, and each of two colour differences. */
  private static final int LUMA = 16;

  private static final int CHROMA = 8;

  /** In grey levels: what rounding and compression make of nothing. */
  private static final double NOISE = 0.25;

  /** In grey levels: the least that all frequencies together must have. */
  private static final double MIN_CONTRAST = 2;

  private static final double MIN_CORRELATION = 0.9;
  private static final double MAX_CHROMA_DIFFERENCE = 12;

  private static final double[][] COSINES = cosines();

  private final long hash;
  private final byte[] picture;

  private Fingerprint(long hash, byte[] picture) {
    this.hash = hash;
    this.picture = picture;
  }

  /**
   * Looks at an image.
   *
   * @param rgb rows from the top, three bytes a pixel; may be longer
   * @return null if all of it is of nearly the same brightness: it would look like any other such
   */
  static @Nullable Fingerprint of(byte[] rgb, int width, int height) {
    double[][] means = CellMeans.of(rgb, width, height);
    double[] frequencies = frequencies(means[0]);
    double energy = 0;
    for (double amplitude : frequencies) {
      energy += amplitude * amplitude;
    }
    if (energy < MIN_CONTRAST * MIN_CONTRAST) {
      return null;
    }
    var picture = new byte[LUMA * LUMA + 2 * CHROMA * CHROMA];
    shrink(means[0], LUMA, picture, 0);
    shrink(means[1], CHROMA, picture, LUMA * LUMA);
    shrink(means[2], CHROMA, picture, LUMA * LUMA + CHROMA * CHROMA);
    return new Fingerprint(hash(frequencies), picture);
  }

  /** The pHash, of which the highest bit is 0. */
  long hash() {
    return hash;
  }

  /** Whether it is the same picture, as far as can be told. */
  boolean looksLike(Fingerprint other) {
    return Long.bitCount(hash ^ other.hash) <= NEAR_BITS
        && chromaDifference(other) <= MAX_CHROMA_DIFFERENCE
        && correlation(other) >= MIN_CORRELATION;
  }

  /** Pearson's correlation of the pictures' brightness, from -1 to 1. */
  double correlation(Fingerprint other) {
    int a = 0;
    int b = 0;
    int aa = 0;
    int bb = 0;
    int ab = 0;
    for (int i = 0; i < LUMA * LUMA; i++) {
      int x = picture[i] & 0xff;
      int y = other.picture[i] & 0xff;
      a += x;
      b += y;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
    double n = LUMA * LUMA;
    double spread = Math.sqrt((n * aa - (double) a * a) * (n * bb - (double) b * b));
    return spread == 0 ? 0 : (n * ab - (double) a * b) / spread;
  }

  /** The mean difference of the pictures' colours, in levels of 256. */
  double chromaDifference(Fingerprint other) {
    int sum = 0;
    for (int i = LUMA * LUMA; i < picture.length; i++) {
      sum += Math.abs((picture[i] & 0xff) - (other.picture[i] & 0xff));
    }
    return (double) sum / (picture.length - LUMA * LUMA);
  }

  /** Amplitudes in grey levels: [vertical][horizontal], the constant one 0. */
  private static double[] frequencies(double[] luma) {
    var across = new double[CELLS * FREQUENCIES];
    for (int y = 0; y < CELLS; y++) {
      for (int f = 0; f < FREQUENCIES; f++) {
        double sum = 0;
        for (int x = 0; x < CELLS; x++) {
          sum += luma[y * CELLS + x] * COSINES[f][x];
        }
        across[y * FREQUENCIES + f] = sum;
      }
    }
    var frequencies = new double[FREQUENCIES * FREQUENCIES];
    for (int f = 0; f < FREQUENCIES; f++) {
      for (int g = 0; g < FREQUENCIES; g++) {
        double sum = 0;
        for (int y = 0; y < CELLS; y++) {
          sum += across[y * FREQUENCIES + g] * COSINES[f][y];
        }
        frequencies[f * FREQUENCIES + g] = sum;
      }
    }
    frequencies[0] = 0;
    return frequencies;
  }

  /** Noise counts as nothing: otherwise bits of a drawing's missing frequencies would be chance. */
  private static long hash(double[] frequencies) {
    double[] sorted = new double[frequencies.length - 1];
    System.arraycopy(frequencies, 1, sorted, 0, sorted.length);
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    long hash = 0;
    for (int i = 1; i < frequencies.length; i++) {
      if (frequencies[i] > median + NOISE) {
        hash |= 1L << (i - 1);
      }
    }
    return hash;
  }

  private static void shrink(double[] means, int side, byte[] picture, int at) {
    int factor = CELLS / side;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double sum = 0;
        for (int i = 0; i < factor * factor; i++) {
          sum += means[(y * factor + i / factor) * CELLS + x * factor + i % factor];
        }
        picture[at + y * side + x] = (byte) Math.min(255, Math.round(sum / (factor * factor)));
      }
    }
  }

  /** Rows of the orthonormal transform, divided so that amplitudes are grey levels. */
  private static double[][] cosines() {
    var cosines = new double[FREQUENCIES][CELLS];
    for (int f = 0; f < FREQUENCIES; f++) {
      for (int i = 0; i < CELLS; i++) {
        double scale = f == 0 ? 1 : Math.sqrt(2);
        cosines[f][i] = scale / CELLS * StrictMath.cos(Math.PI * (2 * i + 1) * f / (2 * CELLS));
      }
    }
    return cosines;
  }
}
