package dev.graft.image;

/**
 * The order of an image's values in memory: by (c)hannel, (h)eight and (w)idth, the last changing
 * fastest.
 */
public enum Layout {
  /** All of red, then green, then blue, each row by row: what torchvision's transforms give. */
  CHW,
  /** Row by row, the red, green and blue of each pixel together: PyTorch's channels-last format. */
  HWC
}
