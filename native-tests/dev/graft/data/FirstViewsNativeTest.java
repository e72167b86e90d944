package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.TinyWorld;
import dev.graft.image.Augmentation;
import dev.graft.image.ColorJitter;
import dev.graft.image.DecodedImages;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is drawn for people is what the network is shown, to the last grey level. */
class FirstViewsNativeTest {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int COUNT = 10;
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(SIDE);
  private static final List<Transform> TRANSFORMS =
      new Augmentation(20, new ColorJitter(0.3, 0.3, 0.3, 0.1)).transforms(PREPROCESSING);

  @TempDir Path folder;
  private ImageFolder set;

  @BeforeEach
  void draw() throws IOException {
    set = ImageFolder.open(TinyWorld.draw(folder, 5, 1).resolve("train"));
  }

  private static LoaderConfig config(MemoryFormat format) {
    return new LoaderConfig(4, 2, 2, 9, format);
  }

  /** The pixels of the images that a loader of float images [N, 3, H, W] begins with. */
  private static List<int[]> shown(DataLoader loader) {
    List<int[]> images = new ArrayList<>();
    try (Batches batches = loader.epoch(0)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          float[] values = batch.inputs().toFloatArray();
          for (int row = 0; row < batch.size(); row++) {
            images.add(pixels(values, row));
          }
        }
      }
    }
    return images.subList(0, COUNT);
  }

  /** Normalised back and rounded. */
  private static int[] pixels(float[] values, int row) {
    int[] rgb = new int[PLANE];
    for (int channel = 0; channel < 3; channel++) {
      double mean = PREPROCESSING.mean().get(channel);
      double std = PREPROCESSING.std().get(channel);
      for (int i = 0; i < PLANE; i++) {
        float value = values[(row * 3 + channel) * PLANE + i];
        rgb[i] |= (int) Math.round((value * std + mean) * 255) << (16 - 8 * channel);
      }
    }
    return rgb;
  }

  private static List<int[]> drawn(List<BufferedImage> views) {
    return views.stream()
        .map(view -> view.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE))
        .peek(rgb -> java.util.Arrays.setAll(rgb, i -> rgb[i] & 0xffffff))
        .toList();
  }

  @Test
  void picturesAreThePixelsOfTheFirstBatches() {
    for (MemoryFormat format : MemoryFormat.values()) {
      List<BufferedImage> views =
          new FirstViews(set, config(format), COUNT)
              .augmented(PREPROCESSING, TRANSFORMS, DecodedImages.none());
      try (var loader =
          new DataLoader(set, PREPROCESSING, TRANSFORMS, DataLoader.Mode.TRAIN, config(format))) {
        assertThat(drawn(views)).usingRecursiveComparison().isEqualTo(shown(loader));
      }
    }
  }

  /** The backbone here is none: its features are the pixels. */
  @Test
  void picturesOfFixedViewsAreWhatTheFirstFeaturesAreComputedOf() {
    var views = new FeatureViews(3, PREPROCESSING, TRANSFORMS, 9);
    LoaderConfig config = config(MemoryFormat.CHANNELS_LAST);
    int width = PREPROCESSING.floats();
    FeatureCache cache = FeatureCache.of(set, views, width);
    cache.fill(
        config,
        FeatureStore.none(),
        images -> Tensor.copyOf(images.toFloatArray(), images.shape()[0], width));
    try (DataLoader loader = cache.loader(DataLoader.Mode.TRAIN, config)) {
      List<BufferedImage> pictures = new FirstViews(set, config, COUNT).fixed(views);
      assertThat(drawn(pictures)).usingRecursiveComparison().isEqualTo(shown(loader));
    }
  }

  @Test
  void aSmallDataSetHasFewerPictures() {
    assertThat(
            new FirstViews(set, config(MemoryFormat.CONTIGUOUS), 100)
                .augmented(PREPROCESSING, TRANSFORMS, DecodedImages.none()))
        .hasSize(15);
  }
}
