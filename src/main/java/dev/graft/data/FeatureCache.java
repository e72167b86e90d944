package dev.graft.data;

import dev.graft.image.DecodedImages;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What a fixed backbone gives for some views of every image of a folder, kept on the heap (4 bytes
 * a feature) and served as batches. What a {@link FeatureStore} knows need not be computed.
 */
public final class FeatureCache {
  /** One size for all runs, so that features do not depend on how the head is trained. */
  private static final int BATCH = 16;

  private static final int UNSAVED_BYTES = 32 << 20;

  private final ImageFolder set;
  private final FeatureViews views;
  private final int width;

  /** The features of view v of image i are at {@code v * set.size() + i}; null until known. */
  private final float[][] features;

  private FeatureCache(ImageFolder set, FeatureViews views, int width) {
    this.set = set;
    this.views = views;
    this.width = width;
    this.features = new float[Math.multiplyExact(views.count(), set.size())][];
  }

  /**
   * Makes an empty cache.
   *
   * @param set the images
   * @param views which views of them
   * @param width features of a view, 1 or more
   * @return to be filled
   */
  public static FeatureCache of(ImageFolder set, FeatureViews views, int width) {
    if (width < 1) {
      throw new IllegalArgumentException("width must be 1 or more: " + width);
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
   * Counts the views whose features are not known yet.
   *
   * @return 0 once the cache is filled
   */
  public int missing() {
    return missing(0, views.count()).size();
  }

  /**
   * Takes the features that a store knows.
   *
   * @param contents the SHA-256 of each file, as {@link CheckedFolders#contents} gives them
   * @param store where to look
   */
  public void take(Map<Path, String> contents, FeatureStore store) {
    String[] keys = new String[features.length];
    for (int row = 0; row < keys.length; row++) {
      Path file = set.samples().get(row % set.size()).path();
      String content = contents.get(file);
      if (content == null) {
        throw new IllegalArgumentException("no SHA-256 of " + file);
      }
      keys[row] = views.key(row / set.size(), content);
    }
    Map<String, float[]> known = store.read(new HashSet<>(Arrays.asList(keys)));
    for (int row = 0; row < keys.length; row++) {
      float[] found = known.get(keys[row]);
      if (found != null && found.length == width) {
        features[row] = found;
      }
    }
  }

  /**
   * Runs the backbone once over every view whose features are not known. What was computed is
   * stored from time to time, and also if this fails or is stopped.
   *
   * @param config workers and memory format
   * @param store where the features are kept beyond this run
   * @param backbone images [N, 3, H, W], at most 16, to features [N, width], which this closes
   * @throws DataException if an image cannot be loaded
   */
  public void fill(LoaderConfig config, FeatureStore store, UnaryOperator<Tensor> backbone) {
    fill(missing(0, 1), config, store, backbone);
    fill(missing(1, views.count()), config, store, backbone);
  }

  /** The rows of some views that are not known; views of one call have the same transforms. */
  private List<Integer> missing(int firstView, int endView) {
    return IntStream.range(firstView * set.size(), endView * set.size())
        .filter(row -> features[row] == null)
        .boxed()
        .toList();
  }

  private void fill(
      List<Integer> rows, LoaderConfig config, FeatureStore store, UnaryOperator<Tensor> backbone) {
    if (rows.isEmpty()) {
      return;
    }
    String[] contents = new String[rows.size()];
    Map<String, float[]> unsaved = new HashMap<>();
    try (DataLoader loader = loader(rows, contents, config);
        Batches batches = loader.epoch(0)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor computed = backbone.apply(batch.inputs())) {
          float[] values = computed.toFloatArray();
          for (int i = 0; i < batch.size(); i++) {
            int index = batch.indices().get(i);
            int row = rows.get(index);
            features[row] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
            unsaved.put(views.key(row / set.size(), contents[index]), features[row]);
          }
        }
        if ((long) unsaved.size() * width * Float.BYTES >= UNSAVED_BYTES) {
          store.write(unsaved);
          unsaved.clear();
        }
      }
    } finally {
      if (!unsaved.isEmpty()) {
        store.write(unsaved);
      }
    }
  }

  private DataLoader loader(List<Integer> rows, String[] contents, LoaderConfig config) {
    int size = set.size();
    List<Sample> samples = new ArrayList<>(rows.size());
    rows.forEach(row -> samples.add(set.samples().get(row % size)));
    Preprocessing preprocessing = views.preprocessing();
    List<Transform> transforms = views.transforms(rows.get(0) / size);
    var pipelines =
        DataLoader.pipelines(
            preprocessing, transforms, config.memoryFormat(), DecodedImages.none());
    Supplier<SampleSource> sources =
        () -> new ViewSource(pipelines.get(), views, index -> rows.get(index) / size, contents);
    return new DataLoader(
        samples,
        SampleShape.image(preprocessing.imageSize(), config.memoryFormat()),
        DataLoader.Mode.EVAL,
        config.withBatchSize(BATCH),
        sources);
  }

  /**
   * Serves the features as batches; in each epoch every image comes once, in one of its views.
   *
   * @param mode training: shuffled, any view; evaluation: in order, the evaluation view
   * @param config batch size and seed
   * @return a loader whose batches' inputs are [N, width], owned by the caller
   */
  public DataLoader loader(DataLoader.Mode mode, LoaderConfig config) {
    boolean evaluates = mode == DataLoader.Mode.EVAL;
    Supplier<SampleSource> source = () -> new CachedSource(evaluates);
    return new DataLoader(
        set.samples(), SampleShape.features(width), mode, config.withWorkers(0), source);
  }

  private final class CachedSource implements SampleSource {
    private final boolean evaluates;

    CachedSource(boolean evaluates) {
      this.evaluates = evaluates;
    }

    @Override
    public void load(
        int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset) {
      out.put(offset, features[(evaluates ? 0 : views.draw(random)) * set.size() + index]);
    }

    @Override
    public void close() {}
  }
}
