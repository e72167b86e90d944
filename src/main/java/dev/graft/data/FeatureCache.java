package dev.graft.data;

import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a fixed backbone gives for some views of every image of a folder, kept on the heap (4 bytes
 * a feature) and served as batches. View 0 is the evaluation view; the others are training views
 * drawn from (seed, view, sample).
 */
public final class FeatureCache {
  private static final int MIN_BATCH = 16;

  private final ImageFolder set;
  private final int views;
  private final int width;
  private final float[][] features;

  private FeatureCache(ImageFolder set, int views, int width) {
    this.set = set;
    this.views = views;
    this.width = width;
    this.features = new float[Math.multiplyExact(views, set.size())][];
  }

  /**
   * Makes an empty cache.
   *
   * @param set the images
   * @param views of each image, 1 or more
   * @param width features of a view
   * @return to be filled
   */
  public static FeatureCache of(ImageFolder set, int views, int width) {
    if (views < 1 || width < 1) {
      throw new IllegalArgumentException("views and width must be 1 or more.");
    }
    return new FeatureCache(set, views, width);
  }

  /**
   * Counts the views of all images.
   *
   * @return views times images
   */
  public int rows() {
    return features.length;
  }

  /**
   * Runs the backbone once over every view, with the preprocessing's own training transforms.
   *
   * @param preprocessing how images are transformed
   * @param config workers and seed; batches have at least 16 images
   * @param backbone images [N, 3, H, W] to features [N, width], which this closes
   * @throws DataException if an image cannot be loaded
   */
  public void fill(
      Preprocessing preprocessing, LoaderConfig config, UnaryOperator<Tensor> backbone) {
    fill(preprocessing, preprocessing.trainTransforms(), config, backbone);
  }

  /**
   * Runs the backbone once over every view.
   *
   * @param preprocessing how the images of view 0 are transformed, and all are normalised
   * @param trainTransforms how the images of the other views are transformed; they must come out
   *     with the preprocessing's size
   * @param config workers and seed; batches have at least 16 images
   * @param backbone images [N, 3, H, W] to features [N, width], which this closes
   * @throws DataException if an image cannot be loaded
   */
  public void fill(
      Preprocessing preprocessing,
      List<Transform> trainTransforms,
      LoaderConfig config,
      UnaryOperator<Tensor> backbone) {
    LoaderConfig batches = config.withBatchSize(Math.max(MIN_BATCH, config.batchSize()));
    try (var loader = inOrder(preprocessing, preprocessing.evalTransforms(), batches)) {
      fill(loader, 0, backbone);
    }
    if (views > 1) {
      try (var loader = inOrder(preprocessing, trainTransforms, batches)) {
        for (int view = 1; view < views; view++) {
          fill(loader, view, backbone);
        }
      }
    }
  }

  private DataLoader inOrder(
      Preprocessing preprocessing, List<Transform> transforms, LoaderConfig config) {
    return new DataLoader(set, preprocessing, transforms, DataLoader.Mode.EVAL, config);
  }

  private void fill(DataLoader loader, int view, UnaryOperator<Tensor> backbone) {
    try (Batches batches = loader.epoch(view)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor rows = backbone.apply(batch.inputs())) {
          float[] values = rows.toFloatArray();
          for (int i = 0; i < batch.size(); i++) {
            features[view * set.size() + batch.indices().get(i)] =
                Arrays.copyOfRange(values, i * width, (i + 1) * width);
          }
        }
      }
    }
  }

  /**
   * Serves the features as batches; in each epoch every image comes once, in one of its views.
   *
   * @param mode training: shuffled, any view; evaluation: in order, the evaluation view
   * @param config batch size and seed
   * @return a loader whose batches' inputs are [N, width], owned by the caller
   */
  public DataLoader loader(DataLoader.Mode mode, LoaderConfig config) {
    int choice = mode == DataLoader.Mode.TRAIN ? views : 1;
    Supplier<SampleSource> source = () -> new CachedSource(choice);
    return new DataLoader(set, SampleShape.features(width), mode, config.withWorkers(0), source);
  }

  private final class CachedSource implements SampleSource {
    private final int choice;

    CachedSource(int choice) {
      this.choice = choice;
    }

    @Override
    public void load(
        int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset) {
      out.put(offset, features[random.nextInt(choice) * set.size() + index]);
    }

    @Override
    public void close() {}
  }
}
