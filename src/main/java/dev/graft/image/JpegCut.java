package dev.graft.image;

/**
 * How to decode the first rows of a JPEG alone, to the same pixels: libjpeg stops where the frame
 * header says that the image ends. That is so in a sequential JPEG of one scan without restarts.
 *
 * @param heightAt the position of the height, two bytes, in the frame header
 * @param blockHeight the rows that are coded together
 * @param end the position after the scan's data, where a marker is; libjpeg, which looks for that
 *     marker, would report what it has not decoded before it
 */
record JpegCut(int heightAt, int blockHeight, int end) {
  /**
   * The height to decode for the first rows to be right: one row of blocks more, as chroma is
   * interpolated across their border.
   */
  int height(int rows) {
    int blocks = (rows + blockHeight - 1) / blockHeight;
    return (blocks + 1) * blockHeight;
  }
}
