package dev.graft.data;

import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.Sha256;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which views of an image a fixed backbone sees. View 0 is the evaluation view; the others are
 * training views, whose randomness follows from the seed, the view's number and the content of the
 * file. So a file has the same views wherever it stands in a data set, and whatever is added to it.
 *
 * @param count views of each image, 1 or more
 * @param preprocessing how the images of view 0 are transformed, and all are normalised
 * @param trainTransforms how the images of the other views are transformed; they must come out with
 *     the preprocessing's size
 * @param seed decides the training views
 */
public record FeatureViews(
    int count, Preprocessing preprocessing, List<Transform> trainTransforms, long seed) {
  /**
   * Validates, and copies the list.
   *
   * @param count views of each image, 1 or more
   * @param preprocessing how the images of view 0 are transformed, and all are normalised
   * @param trainTransforms how the images of the other views are transformed
   * @param seed decides the training views
   * @throws IllegalArgumentException if there is no view
   */
  public FeatureViews {
    if (count < 1) {
      throw new IllegalArgumentException("views must be 1 or more: " + count);
    }
    trainTransforms = List.copyOf(trainTransforms);
  }

  /**
   * The evaluation view alone.
   *
   * @param preprocessing how images are transformed and normalised
   * @return one view of each image
   */
  public static FeatureViews evaluation(Preprocessing preprocessing) {
    return new FeatureViews(1, preprocessing, preprocessing.trainTransforms(), 0);
  }

  /**
   * Names one view of one file by everything that decides its pixels: two views of the same key are
   * the same to the last bit.
   *
   * @param view from 0
   * @param contentSha256 the SHA-256 of the file's bytes, 64 hexadecimal digits
   * @return 64 hexadecimal digits
   */
  public String key(int view, String contentSha256) {
    String drawn = view == 0 ? "" : "view " + view + " of seed " + seed;
    String text =
        String.join("\0", contentSha256, preprocessing.toString(), drawn, transforms(view) + "");
    return Sha256.of(text);
  }

  /** The view of an image that an epoch trains on. */
  int draw(SplittableRandom random) {
    return random.nextInt(count);
  }

  List<Transform> transforms(int view) {
    return view == 0 ? preprocessing.evalTransforms() : trainTransforms;
  }

  SplittableRandom random(int view, String contentSha256) {
    long content = Long.parseUnsignedLong(contentSha256.substring(0, 16), 16);
    return EpochOrder.random(seed, view, content);
  }
}
