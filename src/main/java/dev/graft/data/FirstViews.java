package dev.graft.data;

import dev.graft.image.DecodedImages;
import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Draws what training shows the network of the first images of the first epoch: the pixels of the
 * first batches, before they are normalised. Order, transforms and randomness are the loader's own.
 */
public final class FirstViews {
  private final ImageFolder set;
  private final LoaderConfig config;
  private final int count;

  /**
   * Chooses the images.
   *
   * @param set the training images
   * @param config the training loader's
   * @param count how many views at most
   */
  public FirstViews(ImageFolder set, LoaderConfig config, int count) {
    this.set = set;
    this.config = config;
    this.count = Math.min(count, set.size());
  }

  /**
   * Draws the views that a {@link DataLoader} of these settings begins with.
   *
   * @param preprocessing the size of the network's input
   * @param transforms what happens to each decoded image, in this order
   * @param decoded images that are known
   * @return pictures of the network's input size, in the order in which they are shown
   * @throws dev.graft.image.ImageException if a file cannot be read any more
   */
  public List<BufferedImage> augmented(
      Preprocessing preprocessing, List<Transform> transforms, DecodedImages decoded) {
    Supplier<ImagePipeline> pipelines =
        DataLoader.pipelines(preprocessing, transforms, config.memoryFormat(), decoded);
    List<BufferedImage> views = new ArrayList<>();
    FloatBuffer scratch = FloatBuffer.allocate(preprocessing.floats());
    try (ImagePipeline pipeline = pipelines.get()) {
      EpochOrder order = order();
      for (int position = 0; position < count; position++) {
        int index = order.index(position);
        pipeline.load(set.samples().get(index).path(), order.random(index), scratch, 0);
        views.add(pipeline.pixels().toBufferedImage());
      }
    }
    return views;
  }

  /**
   * Draws the views whose features a {@link FeatureCache#loader} of these settings begins with.
   *
   * @param fixed the views of each image
   * @return pictures of the network's input size, in the order in which they are used
   * @throws dev.graft.image.ImageException if a file cannot be read any more
   */
  public List<BufferedImage> fixed(FeatureViews fixed) {
    Preprocessing preprocessing = fixed.preprocessing();
    List<BufferedImage> views = new ArrayList<>();
    FloatBuffer scratch = FloatBuffer.allocate(preprocessing.floats());
    EpochOrder order = order();
    for (int position = 0; position < count; position++) {
      int index = order.index(position);
      int view = fixed.draw(order.random(index));
      Supplier<ImagePipeline> pipelines =
          DataLoader.pipelines(
              preprocessing, fixed.transforms(view), config.memoryFormat(), DecodedImages.none());
      try (ImagePipeline pipeline = pipelines.get()) {
        var source = new ViewSource(pipeline, fixed, any -> view, new String[set.size()]);
        source.load(index, set.samples().get(index), order.random(index), scratch, 0);
        views.add(pipeline.pixels().toBufferedImage());
      }
    }
    return views;
  }

  private EpochOrder order() {
    return new EpochOrder(set.size(), true, config.seed(), 0);
  }
}
