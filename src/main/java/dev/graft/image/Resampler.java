package dev.graft.image;

/**
 * Pillow's bilinear resampling, to the bit: each pass is a weighted sum over a triangle as wide as
 * two source pixels or two target pixels, whichever is more, in fixed point, rounded to 8 bits;
 * columns first, then rows, as Pillow does up to version 12.1. Newer versions take the rows first
 * where that is less work, mostly in tall images, and may differ by a grey level. Pillow's
 * documentation describes it under <a
 * href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">filters</a>.
 */
final class Resampler {
  private final Taps columns = new Taps();
  private final Taps rows = new Taps();
  private final WeightedSums sums = new WeightedSums();
  private int[] line = {}; // packed pixels, one for each column of the window

  /** What the first pass gives: source row {@code y}, at {@code y % rows.taps}, while it counts. */
  private int[][] narrowed = {};

  /**
   * Resamples a part of an image to a size, and writes a window of the result.
   *
   * @param part the part of the image; nothing outside it counts
   * @param size what the part is resized to, at (0, 0)
   * @param window the pixels of it that are computed
   * @param at where in {@code to} the window is written, of the window's size
   * @param flip whether the window is written mirrored, left for right
   */
  void resample(
      ImageRows image, Box part, Box size, Box window, PixelImage to, Box at, boolean flip) {
    columns.prepare(part.width(), size.width(), window.x(), window.width(), flip);
    rows.prepare(part.height(), size.height(), window.y(), window.height(), false);
    makeRoom(rows.taps, window.width());
    PixelImage from = image.first(part.y() + rows.end());
    int next = rows.first[0];
    for (int row = 0; row < window.height(); row++) {
      for (int end = rows.first[row] + rows.taps; next < end; next++) {
        sumColumns(from, part.x(), part.y() + next, narrowed[next % rows.taps]);
      }
      sumRows(row);
      to.setRow(at.x(), at.y() + row, line, window.width());
    }
  }

  private void makeRoom(int taps, int width) {
    if (line.length < width) {
      line = new int[width];
    }
    if (narrowed.length < taps || narrowed[0].length < width) {
      narrowed = new int[taps][line.length];
    }
  }

  /** The first pass, over one row of the part that begins at {@code x}. */
  private void sumColumns(PixelImage from, int x, int y, int[] into) {
    sums.begin(columns.count);
    for (int tap = 0; tap < columns.taps; tap++) {
      from.pick(x + tap, y, columns.first, line, columns.count);
      sums.add(line, columns.weights[tap]);
    }
    sums.round(into);
  }

  /** The second pass, for one row of the result. */
  private void sumRows(int row) {
    sums.begin(columns.count);
    for (int tap = 0; tap < rows.taps; tap++) {
      int y = rows.first[row] + tap;
      sums.add(narrowed[y % rows.taps], rows.weights[tap][row]);
    }
    sums.round(line);
  }
}
