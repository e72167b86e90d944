package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.Shared;
import dev.graft.image.Augmentation;
import dev.graft.image.ColorJitter;
import dev.graft.image.DecodedImages;
import dev.graft.image.Preprocessing;
import dev.graft.image.Shrink;
import dev.graft.image.Transform;
import dev.graft.torch.MemoryFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of real JPEGs, decoded each time as far as they are needed, or once and kept whole. */
class PixelCacheNativeTest {
  private static final Preprocessing SIZE = Preprocessing.imagenet(96);
  private static final LoaderConfig CONFIG =
      new LoaderConfig(32, 2, 2, 5, MemoryFormat.CHANNELS_LAST);
  private static final int SOME = 60 << 20;

  @TempDir Path dir;

  @Test
  void batchesAreTheSameToTheBit_whateverIsKept() throws IOException {
    ImageFolders data = ImageFolders.open(Shared.hymenoptera());
    var augmentation = new Augmentation(10, new ColorJitter(0.2, 0.2, 0.2, 0.1));
    for (int bound : new int[] {Integer.MAX_VALUE, 200}) {
      List<Transform> transforms = new ArrayList<>(augmentation.transforms(SIZE));
      if (bound < Integer.MAX_VALUE) {
        transforms.add(0, new Shrink(bound));
      }
      int[] decoded = hashes(data, transforms, DecodedImages.none());
      for (boolean disk : new boolean[] {false, true}) {
        for (long limit : new long[] {Long.MAX_VALUE, SOME}) {
          try (PixelCache cache = disk ? PixelCache.disk(dir, limit) : PixelCache.memory(limit)) {
            new DatasetCheck(2, false).run(data, () -> false, cache, bound);
            assertThat(cache.problem()).isEmpty();
            if (limit == SOME) {
              assertThat(cache.size()).isBetween(1, 396);
              assertThat(cache.bytes()).isBetween(SOME * 9L / 10, (long) SOME);
            } else {
              assertThat(cache.size()).isEqualTo(397);
            }
            assertThat(hashes(data, transforms, cache)).isEqualTo(decoded);
          }
        }
      }
    }
  }

  /** One hash for each batch of an epoch of training and one of validation. */
  private static int[] hashes(
      ImageFolders data, List<Transform> transforms, DecodedImages decoded) {
    List<Integer> hashes = new ArrayList<>();
    add(hashes, data.train(), transforms, DataLoader.Mode.TRAIN, decoded);
    add(hashes, data.val(), SIZE.evalTransforms(), DataLoader.Mode.EVAL, decoded);
    assertThat(hashes).hasSize(8 + 5);
    return hashes.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void add(
      List<Integer> hashes,
      ImageFolder set,
      List<Transform> transforms,
      DataLoader.Mode mode,
      DecodedImages decoded) {
    try (var loader = new DataLoader(set, SIZE, transforms, mode, CONFIG, decoded);
        Batches batches = loader.epoch(3)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          hashes.add(Arrays.hashCode(batch.inputs().toFloatArray()));
        }
      }
    }
  }
}
