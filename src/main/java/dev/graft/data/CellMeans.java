package dev.graft.data;

/**
 * An image as 32 x 32 cells. Each is the mean of at most 8 x 8 of its pixels, so that a large image
 * takes no longer than a small one.
 */
final class CellMeans {
  /** In a row, and in a column. */
  static final int CELLS = 32;

  private static final int MAX_SAMPLES = 8;

  private CellMeans() {}

  /** Brightness and JPEG's two colour differences, 32 x 32 each, 0 to 255. */
  static double[][] of(byte[] rgb, int width, int height) {
    int[] columns = positions(width);
    int[] rows = positions(height);
    var sums = new int[CELLS * CELLS * 3];
    for (int y = 0; y < rows.length; y++) {
      int cells = y / (rows.length / CELLS) * CELLS * 3;
      addRow(rgb, rows[y] * width, columns, sums, cells);
    }
    double samples = (double) columns.length * rows.length / (CELLS * CELLS);
    var means = new double[3][CELLS * CELLS];
    for (int i = 0; i < CELLS * CELLS; i++) {
      double red = sums[3 * i] / samples;
      double green = sums[3 * i + 1] / samples;
      double blue = sums[3 * i + 2] / samples;
      means[0][i] = 0.299 * red + 0.587 * green + 0.114 * blue;
      means[1][i] = 128 + (blue - means[0][i]) / 1.772;
      means[2][i] = 128 + (red - means[0][i]) / 1.402;
    }
    return means;
  }

  private static void addRow(byte[] rgb, int row, int[] columns, int[] sums, int cells) {
    int each = columns.length / CELLS;
    for (int cell = 0, i = 0; cell < CELLS; cell++) {
      int red = 0;
      int green = 0;
      int blue = 0;
      for (int end = i + each; i < end; i++) {
        int at = (row + columns[i]) * 3;
        red += rgb[at] & 0xff;
        green += rgb[at + 1] & 0xff;
        blue += rgb[at + 2] & 0xff;
      }
      sums[cells + 3 * cell] += red;
      sums[cells + 3 * cell + 1] += green;
      sums[cells + 3 * cell + 2] += blue;
    }
  }

  /** The rows or columns that are looked at, the same number for each cell. */
  private static int[] positions(int extent) {
    int each = Math.min(MAX_SAMPLES, (extent - 1) / CELLS + 1);
    var positions = new int[CELLS * each];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (int) ((2L * i + 1) * extent / (2L * positions.length));
    }
    return positions;
  }
}
