package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DataLoaderNativeTest {
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(32);

  @TempDir Path dir;

  @BeforeEach
  void drawImages() throws IOException {
    for (String split : new String[] {"train", "val"}) {
      for (int i = 0; i < 11; i++) {
        draw(dir.resolve(split).resolve(i < 6 ? "a" : "b").resolve(i + ".png"), i);
      }
    }
  }

  @Test
  void batchesAreTheSameToTheBit_withAnyNumberOfWorkers() {
    ImageFolder set = ImageFolders.open(dir).train();
    List<float[]> alone = epoch(set, DataLoader.Mode.TRAIN, 0, 2);

    for (int workers : new int[] {1, 4}) {
      List<float[]> batches = epoch(set, DataLoader.Mode.TRAIN, workers, 2);
      assertThat(batches).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(batches.get(i)).isEqualTo(alone.get(i));
      }
    }
    assertThat(Arrays.equals(epoch(set, DataLoader.Mode.TRAIN, 0, 3).get(0), alone.get(0)))
        .isFalse();
  }

  @Test
  void anEpochBegunLater_givesTheSameBatchesToTheBit() {
    ImageFolder set = ImageFolders.open(dir).train();
    List<float[]> whole = epoch(set, DataLoader.Mode.TRAIN, 0, 2);
    for (int workers : new int[] {0, 2}) {
      try (DataLoader loader = loader(set, DataLoader.Mode.TRAIN, workers);
          Batches batches = loader.epoch(2, 1);
          Batch second = batches.next()) {
        assertThat(second.index()).isEqualTo(1);
        assertThat(second.inputs().toFloatArray()).isEqualTo(whole.get(1));
      }
    }
  }

  @Test
  void trainsWithTheTransformsItIsGiven() {
    ImageFolder set = ImageFolders.open(dir).train();
    LoaderConfig config = new LoaderConfig(11, 0, 2, 7, MemoryFormat.CHANNELS_LAST);
    float[] plain = epoch(set, DataLoader.Mode.TRAIN, config, PREPROCESSING.trainTransforms());
    float[] central = epoch(set, DataLoader.Mode.TRAIN, config, PREPROCESSING.evalTransforms());
    float[] eval = epoch(set, DataLoader.Mode.EVAL, config, PREPROCESSING.evalTransforms());
    try (var loader = new DataLoader(set, PREPROCESSING, DataLoader.Mode.TRAIN, config);
        Batches batches = loader.epoch(0);
        Batch all = batches.next()) {
      assertThat(all.inputs().toFloatArray()).isEqualTo(plain);
      int floats = PREPROCESSING.floats();
      for (int row = 0; row < all.size(); row++) {
        int index = all.indices().get(row);
        assertThat(Arrays.copyOfRange(central, row * floats, (row + 1) * floats))
            .isEqualTo(Arrays.copyOfRange(eval, index * floats, (index + 1) * floats));
      }
    }
    assertThat(Arrays.equals(plain, central)).isFalse();
  }

  @Test
  void cachesViewsOfTheTransformsItIsGiven() {
    ImageFolder set = ImageFolders.open(dir).train();
    LoaderConfig config = new LoaderConfig(11, 0, 2, 7, MemoryFormat.CHANNELS_LAST);
    float[] eval = epoch(set, DataLoader.Mode.EVAL, config, PREPROCESSING.evalTransforms());

    var central = cache(set, PREPROCESSING.evalTransforms());
    central.fill(config, FeatureStore.none(), DataLoaderNativeTest::pixels);
    var random = cache(set, PREPROCESSING.trainTransforms());
    random.fill(config, FeatureStore.none(), DataLoaderNativeTest::pixels);

    assertThat(rowsThatAreNoneOf(eval, central, config)).isZero();
    // A quarter of the training batch is view 0 by chance; the rest must be augmented.
    assertThat(rowsThatAreNoneOf(eval, random, config)).isBetween(4, 11);
  }

  @Test
  void aFileThatIsGoneBeforeItsFeaturesAreComputedIsNamed() throws IOException {
    ImageFolder set = ImageFolders.open(dir).train();
    Path gone = set.samples().get(1).path();
    Files.delete(gone);
    LoaderConfig config = new LoaderConfig(4, 2, 2, 7, MemoryFormat.CHANNELS_LAST);
    FeatureCache cache = cache(set, PREPROCESSING.trainTransforms());
    assertThatThrownBy(() -> cache.fill(config, FeatureStore.none(), DataLoaderNativeTest::pixels))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot load "
                + gone
                + ": there is no such file. Make it readable again, or take it out of the data.");
  }

  @Test
  void memoryFormatChangesWhereTheValuesLieAndNothingElse() {
    ImageFolder set = ImageFolders.open(dir).train();
    float[] before = {};
    for (MemoryFormat format : MemoryFormat.values()) {
      LoaderConfig config = new LoaderConfig(11, 2, 2, 7, format);
      try (var loader = new DataLoader(set, PREPROCESSING, DataLoader.Mode.TRAIN, config);
          Batches batches = loader.epoch(1);
          Batch all = batches.next()) {
        assertThat(all.inputs().isContiguous(format)).isTrue();
        float[] values = all.inputs().toFloatArray();
        assertThat(before.length == 0 || Arrays.equals(values, before)).isTrue();
        before = values;
      }
    }
  }

  @Test
  void evalBatchesDoNotDependOnTheEpoch() {
    ImageFolder set = ImageFolders.open(dir).val();

    assertThat(epoch(set, DataLoader.Mode.EVAL, 2, 5).get(1))
        .isEqualTo(epoch(set, DataLoader.Mode.EVAL, 0, 0).get(1));
  }

  @Test
  void tensorsHaveTheBatchsShape_andCloseWithIt() {
    ImageFolder set = ImageFolders.open(dir).val();
    try (DataLoader loader = loader(set, DataLoader.Mode.EVAL, 2);
        Batches batches = loader.epoch(0)) {
      Batch first = batches.next();
      assertThat(first.inputs().shape()).containsExactly(4, 3, 32, 32);
      assertThat(first.labels().toLongArray()).containsExactly(0, 0, 0, 0);
      var images = first.inputs();
      first.close();
      assertThatThrownBy(images::shape).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(first::labels).isInstanceOf(IllegalStateException.class);

      batches.next().close();
      try (Batch last = batches.next()) {
        assertThat(last.inputs().shape()).containsExactly(3, 3, 32, 32);
        assertThat(last.labels().toLongArray()).containsExactly(1, 1, 1);
      }
    }
  }

  @Test
  void aBrokenImageSurfacesAtItsBatch() throws IOException {
    Path bad = dir.resolve("val/a/4.png");
    Files.write(bad, Arrays.copyOf(Files.readAllBytes(bad), 300));
    ImageFolder set = ImageFolders.open(dir).val();
    try (DataLoader loader = loader(set, DataLoader.Mode.EVAL, 2);
        Batches batches = loader.epoch(0)) {
      batches.next().close();
      assertThatThrownBy(batches::next)
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(bad.toString(), "replace it");
    }
  }

  @Test
  void theCheckNamesAllBrokenFiles_orLeavesThemOut() throws IOException {
    Files.write(dir.resolve("train/a/1.png"), new byte[0]);
    Files.writeString(dir.resolve("val/b/9.png"), "<html>no image</html>");
    ImageFolders data = ImageFolders.open(dir);

    assertThatThrownBy(() -> new DatasetCheck(2, false).run(data, () -> false))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("2 of 22", "train/a/1.png: it is empty", "val/b/9.png");

    CheckedFolders checked = new DatasetCheck(2, true).run(data, () -> false);
    assertThat(checked.unreadable()).hasSize(2);
    assertThat(checked.data().train().size() + checked.data().val().size()).isEqualTo(20);
  }

  @Test
  void readsHymenoptera() {
    Path data = Path.of(System.getProperty("graft.shared", "../shared"), "data/hymenoptera_data");
    assumeTrue(Files.isDirectory(data), "no hymenoptera_data at " + data);

    CheckedFolders checked = new DatasetCheck(2, true).run(ImageFolders.open(data), () -> false);

    assertThat(checked.unreadable()).isEmpty();
    assertThat(checked.digest()).hasSize(64);
  }

  /** A backbone that gives the pixels as features. */
  private static Tensor pixels(Tensor images) {
    return Tensor.copyOf(images.toFloatArray(), images.shape()[0], PREPROCESSING.floats());
  }

  private static FeatureCache cache(ImageFolder set, List<Transform> transforms) {
    return FeatureCache.of(
        set, new FeatureViews(4, PREPROCESSING, transforms, 7), PREPROCESSING.floats());
  }

  private static int rowsThatAreNoneOf(float[] eval, FeatureCache cache, LoaderConfig config) {
    int floats = PREPROCESSING.floats();
    int different = 0;
    try (DataLoader loader = cache.loader(DataLoader.Mode.TRAIN, config);
        Batches batches = loader.epoch(0);
        Batch all = batches.next()) {
      float[] rows = all.inputs().toFloatArray();
      for (int row = 0; row < all.size(); row++) {
        int index = all.indices().get(row);
        boolean same =
            Arrays.equals(
                rows, row * floats, (row + 1) * floats, eval, index * floats, (index + 1) * floats);
        different += same ? 0 : 1;
      }
    }
    return different;
  }

  private static float[] epoch(
      ImageFolder set, DataLoader.Mode mode, LoaderConfig config, List<Transform> transforms) {
    try (var loader = new DataLoader(set, PREPROCESSING, transforms, mode, config);
        Batches batches = loader.epoch(0);
        Batch all = batches.next()) {
      return all.inputs().toFloatArray();
    }
  }

  private static List<float[]> epoch(
      ImageFolder set, DataLoader.Mode mode, int workers, int epoch) {
    List<float[]> images = new ArrayList<>();
    try (DataLoader loader = loader(set, mode, workers);
        Batches batches = loader.epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          images.add(batch.inputs().toFloatArray());
        }
      }
    }
    return images;
  }

  private static DataLoader loader(ImageFolder set, DataLoader.Mode mode, int workers) {
    return new DataLoader(
        set, PREPROCESSING, mode, new LoaderConfig(4, workers, 2, 7, MemoryFormat.CHANNELS_LAST));
  }

  private static void draw(Path file, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(60 + seed, 50, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 30; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillOval(random.nextInt(60), random.nextInt(50), 20, 15);
    }
    graphics.dispose();
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
