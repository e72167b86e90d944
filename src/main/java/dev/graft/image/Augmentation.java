package dev.graft.image;

import java.util.ArrayList;
import java.util.List;

/**
 * What training does to an image beyond a random crop and a flip.
 *
 * @param rotation the largest angle of a {@link RandomRotation}, in degrees, from 0 to 180; 0 for
 *     none
 * @param colorJitter how the colours vary; {@link ColorJitter#none()} for not at all
 */
public record Augmentation(double rotation, ColorJitter colorJitter) {
  private static final Augmentation NONE = new Augmentation(0, ColorJitter.none());

  /**
   * Checks the angle.
   *
   * @param rotation the largest angle, in degrees, from 0 to 180; 0 for none
   * @param colorJitter how the colours vary; {@link ColorJitter#none()} for not at all
   * @throws IllegalArgumentException if the angle is out of range
   */
  public Augmentation {
    if (!(rotation >= 0 && rotation <= 180)) {
      throw new IllegalArgumentException("rotation must be from 0 to 180 degrees: " + rotation);
    }
  }

  /**
   * The crop and the flip alone.
   *
   * @return an augmentation that adds nothing
   */
  public static Augmentation none() {
    return NONE;
  }

  /**
   * The transforms of training: {@link Preprocessing#trainTransforms()}, then the rotation and the
   * jitter, as far as there are any.
   *
   * @param preprocessing the size of the result
   * @return the transforms, in their order
   */
  public List<Transform> transforms(Preprocessing preprocessing) {
    List<Transform> transforms = new ArrayList<>(preprocessing.trainTransforms());
    if (rotation > 0) {
      transforms.add(new RandomRotation(rotation));
    }
    if (!colorJitter.equals(ColorJitter.none())) {
      transforms.add(colorJitter);
    }
    return List.copyOf(transforms);
  }
}
