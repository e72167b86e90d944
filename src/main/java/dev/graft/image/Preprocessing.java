package dev.graft.image;

import java.util.List;

/**
 * How an image becomes the input of a network: its size, and the mean and standard deviation of
 * each channel that normalise it, {@code (value / 255 - mean) / std}.
 *
 * @param imageSize the width and height of the network's input, in pixels, at least 1
 * @param resize the length of the shorter edge before the evaluation crop, in pixels, at least 1
 * @param mean the means of red, green and blue, on the scale from 0 to 1
 * @param std the standard deviations of red, green and blue, on the same scale, above 0
 */
public record Preprocessing(int imageSize, int resize, List<Double> mean, List<Double> std) {
  /** The largest input size: a batch of such images would fill no buffer's index range. */
  private static final int MAX_SIZE = 8192;

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /**
   * Checks and copies the values.
   *
   * @param imageSize the width and height of the network's input, in pixels, at least 1
   * @param resize the length of the shorter edge before the evaluation crop, in pixels, at least 1
   * @param mean the means of red, green and blue, on the scale from 0 to 1
   * @param std the standard deviations of red, green and blue, on the same scale, above 0
   * @throws IllegalArgumentException if a size is out of range, or there are not three finite means
   *     and three positive deviations
   */
  public Preprocessing {
    requireSize("imageSize", imageSize);
    requireSize("resize", resize);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("mean must be three finite numbers: " + mean);
    }
    if (std.size() != 3 || !std.stream().allMatch(s -> Double.isFinite(s) && s.floatValue() > 0)) {
      throw new IllegalArgumentException("std must be three positive numbers: " + std);
    }
  }

  /**
   * The preprocessing of the networks trained on ImageNet.
   *
   * @param imageSize the size of the network's input; 224 gives torchvision's preset, a resize to
   *     256, and others keep that ratio
   * @return the preprocessing
   */
  public static Preprocessing imagenet(int imageSize) {
    int resize = (int) Math.round(imageSize * 256.0 / 224);
    return new Preprocessing(imageSize, resize, IMAGENET_MEAN, IMAGENET_STD);
  }

  /**
   * The transforms of evaluation and prediction: the shorter edge resized, the centre cut out.
   *
   * @return {@link Resize} and {@link CenterCrop}
   */
  public List<Transform> evalTransforms() {
    return List.of(new Resize(resize), new CenterCrop(imageSize));
  }

  /**
   * The transforms of training: a random part of the image, half the time mirrored.
   *
   * @return {@link RandomResizedCrop} and {@link RandomHorizontalFlip}
   */
  public List<Transform> trainTransforms() {
    return List.of(new RandomResizedCrop(imageSize), new RandomHorizontalFlip(0.5));
  }

  /**
   * The number of floats one image takes.
   *
   * @return {@code 3 * imageSize * imageSize}
   */
  public int floats() {
    return 3 * imageSize * imageSize;
  }

  private static void requireSize(String what, int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          what + " must be from 1 to " + MAX_SIZE + " pixels: " + size);
    }
  }
}
