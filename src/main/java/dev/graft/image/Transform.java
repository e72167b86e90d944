package dev.graft.image;

import java.util.SplittableRandom;

/**
 * One step between a decoded image and the network's input, as torchvision's transform of the same
 * name does it on Pillow images.
 */
public sealed interface Transform
    permits Resize,
        CenterCrop,
        Shrink,
        RandomResizedCrop,
        RandomHorizontalFlip,
        RandomRotation,
        ColorJitter {
  /**
   * Changes an image.
   *
   * @param frame the image to change
   * @param random where all chance comes from
   * @throws ImageException if the image is so long and thin that it cannot be resized
   */
  void apply(Frame frame, SplittableRandom random);
}
