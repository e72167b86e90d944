package dev.graft.explain;

import java.util.Arrays;

/**
 * How much each part of an image speaks for a class: numbers from 0 to 1 on a grid over the image,
 * the largest of which is 1 unless all are 0. Immutable.
 */
public final class HeatMap {
  private final int rows;
  private final int columns;
  private final float[] values;

  /**
   * Makes a heat map.
   *
   * @param rows at least 1, from the top
   * @param columns at least 1, from the left
   * @param values row by row, each from 0 to 1; copied
   * @throws IllegalArgumentException if there are not {@code rows * columns} such values
   */
  public HeatMap(int rows, int columns, float[] values) {
    if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d values are no heat map of %d x %d".formatted(values.length, rows, columns));
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values.clone();
    for (float value : this.values) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("heat must be from 0 to 1: " + value);
      }
    }
  }

  /** Divides by the largest value; what is negative becomes 0. */
  static HeatMap normalized(int rows, int columns, double[] sums) {
    double largest = Arrays.stream(sums).max().orElse(0);
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length && largest > 0; i++) {
      values[i] = (float) (Math.max(0, sums[i]) / largest);
    }
    return new HeatMap(rows, columns, values);
  }

  /**
   * The number of rows.
   *
   * @return at least 1
   */
  public int rows() {
    return rows;
  }

  /**
   * The number of columns.
   *
   * @return at least 1
   */
  public int columns() {
    return columns;
  }

  /**
   * The heat of one part of the image.
   *
   * @param row from the top, from 0
   * @param column from the left, from 0
   * @return from 0 to 1
   * @throws IndexOutOfBoundsException if there is no such part
   */
  public float at(int row, int column) {
    return values[
        java.util.Objects.checkIndex(row, rows) * columns
            + java.util.Objects.checkIndex(column, columns)];
  }

  /**
   * All numbers, row by row.
   *
   * @return a copy
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * Resizes the map, bilinear between the centres of its parts, as PyTorch's <a
   * href="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html">interpolate</a>
   * does with {@code mode="bilinear", align_corners=False}.
   *
   * @param newRows at least 1
   * @param newColumns at least 1
   * @return the resized map
   */
  public HeatMap resized(int newRows, int newColumns) {
    float[] resized = new float[Math.multiplyExact(newRows, newColumns)];
    for (int y = 0, i = 0; y < newRows; y++) {
      float fromTop = source(y, newRows, rows);
      int top = (int) fromTop;
      int bottom = Math.min(top + 1, rows - 1);
      for (int x = 0; x < newColumns; x++, i++) {
        float fromLeft = source(x, newColumns, columns);
        int left = (int) fromLeft;
        int right = Math.min(left + 1, columns - 1);
        float above = between(at(top, left), at(top, right), fromLeft - left);
        float below = between(at(bottom, left), at(bottom, right), fromLeft - left);
        resized[i] = between(above, below, fromTop - top);
      }
    }
    return new HeatMap(newRows, newColumns, resized);
  }

  /** Where the centre of a new part lies among the centres of the old ones. */
  private static float source(int part, int newParts, int parts) {
    float centre = (part + 0.5f) * parts / newParts - 0.5f;
    return Math.max(0, Math.min(centre, parts - 1));
  }

  private static float between(float a, float b, float share) {
    return Math.max(0, Math.min(a + (b - a) * share, 1)); // rounding may leave the range
  }
}
