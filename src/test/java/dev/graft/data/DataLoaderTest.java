package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DataLoaderTest extends LoaderFixture {
  @Test
  void evalKeepsTheOrder_andTheLastBatchIsSmaller() {
    try (DataLoader loader = eval(config(2));
        Batches batches = loader.epoch(0)) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(6);
      assertThat(batches.count()).isEqualTo(6);
      List<Integer> indices = new ArrayList<>();
      List<Integer> sizes = new ArrayList<>();
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          assertThat(batch.index()).isEqualTo(sizes.size());
          sizes.add(batch.size());
          indices.addAll(batch.indices());
          requireContents(batch);
        }
      }
      assertThat(indices).isEqualTo(IntStream.range(0, IMAGES).boxed().toList());
      assertThat(sizes).containsExactly(4, 4, 4, 4, 4, 3);
      assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void trainShuffles_anewEachEpoch_andTheSameBySeed() {
    List<String> first = epoch(config(0), 0);
    List<String> second = epoch(config(0), 1);

    assertThat(first).doesNotHaveDuplicates().hasSize(IMAGES);
    assertThat(names(second)).containsExactlyInAnyOrderElementsOf(names(first));
    assertThat(names(second)).isNotEqualTo(names(first));
    assertThat(epoch(config(0), 0)).isEqualTo(first);
    assertThat(names(epoch(config(0).withSeed(1), 0))).isNotEqualTo(names(first));
  }

  @Test
  void ordersAndRandomsAreTheSame_withAnyNumberOfWorkers() {
    List<String> alone = epoch(config(0), 3);

    loading = file -> Thread.sleep(Math.floorMod(file.hashCode(), 3));
    assertThat(epoch(config(1), 3)).isEqualTo(alone);
    assertThat(epoch(config(4), 3)).isEqualTo(alone);
    assertThat(epoch(config(4).withPrefetch(50), 3)).isEqualTo(alone);
  }

  @Test
  void anEpochBegunLater_givesTheSameBatchesFromThere() {
    for (int workers : new int[] {0, 2}) {
      try (DataLoader loader = train(config(workers))) {
        List<String> whole = batches(loader.epoch(5));
        assertThat(whole).hasSize(6);
        for (int first : new int[] {3, 1, 0, 5, 6}) {
          loaded.set(0);
          assertThat(batches(loader.epoch(5, first))).isEqualTo(whole.subList(first, 6));
          assertThat(loaded).hasValue(Math.max(0, IMAGES - 4 * first));
        }
        assertThat(batches(loader.epoch(5))).isEqualTo(whole);
      }
    }
  }

  @Test
  void refusesEpochsAndBatchesThatThereAreNot() {
    try (DataLoader loader = eval(config(0))) {
      for (int[] wrong : new int[][] {{-1, 0}, {0, -1}, {0, 7}}) {
        assertThatThrownBy(() -> loader.epoch(wrong[0], wrong[1]))
            .isInstanceOf(IllegalArgumentException.class);
      }
      try (Batches none = loader.epoch(0, 6)) {
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
      }
    }
  }

  @Test
  void aSamplesRandomDiffersByEpoch() {
    try (DataLoader loader = eval(config(0))) {
      assertThat(read(loader, 0)).doesNotContainAnyElementsOf(read(loader, 1));
    }
  }

  @Test
  void reusesItsBuffers_overEpochs() {
    Set<FloatBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    try (DataLoader loader = eval(config(2))) {
      assertThat(loader.bufferBytes()).isEqualTo(3L * 4 * (FLOATS * Float.BYTES + Long.BYTES));
      for (int epoch = 0; epoch < 3; epoch++) {
        try (Batches batches = loader.epoch(epoch)) {
          while (batches.hasNext()) {
            try (Batch batch = batches.next()) {
              buffers.add(batch.inputBuffer());
            }
          }
        }
      }
    }
    assertThat(buffers).hasSize(3);
  }

  @Test
  void refusesABatchTooLargeForABuffer() {
    LoaderConfig config = config(1).withBatchSize(23);

    assertThatThrownBy(
            () ->
                new DataLoader(
                    set.samples(), shape(6000), DataLoader.Mode.EVAL, config, this::source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("batch size of at most 4");
  }

  @Test
  void aBatchSizeAboveTheSet_givesOneBatch_andNoMoreMemory() {
    LoaderConfig config = config(1).withBatchSize(Integer.MAX_VALUE);
    try (DataLoader loader = eval(config)) {
      assertThat(read(loader, 0)).hasSize(IMAGES);
      assertThat(loader.bufferBytes()).isEqualTo(23L * (FLOATS * Float.BYTES + Long.BYTES));
    }
  }

  @Test
  void validatesItsSettings() {
    assertThatThrownBy(() -> config(-1)).hasMessageContaining("workers");
    assertThatThrownBy(() -> config(0).withBatchSize(0)).hasMessageContaining("batch size");
    assertThatThrownBy(() -> config(0).withPrefetch(0)).hasMessageContaining("prefetch");
    assertThatThrownBy(() -> new DatasetCheck(0, true)).hasMessageContaining("threads");
  }

  private List<String> epoch(LoaderConfig config, int epoch) {
    try (DataLoader loader = train(config)) {
      return read(loader, epoch);
    }
  }

  private DataLoader train(LoaderConfig config) {
    return new DataLoader(set.samples(), shape(SIZE), DataLoader.Mode.TRAIN, config, this::source);
  }

  /** Each batch as its index, its samples and the random numbers that their loading drew. */
  private static List<String> batches(Batches batches) {
    List<String> texts = new ArrayList<>();
    try (batches) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          StringBuilder text = new StringBuilder(batch.index() + " " + batch.indices());
          for (int row = 0; row < batch.size(); row++) {
            text.append(' ').append(batch.inputBuffer().get(row * FLOATS));
          }
          texts.add(text.toString());
        }
      }
    }
    return texts;
  }

  private static List<String> names(List<String> images) {
    return images.stream().map(image -> image.substring(0, 6)).toList();
  }

  private void requireContents(Batch batch) {
    for (int row = 0; row < batch.size(); row++) {
      Sample sample = set.samples().get(batch.indices().get(row));
      assertThat(batch.samples().get(row)).isEqualTo(sample);
      assertThat(batch.labelBuffer().get(row)).isEqualTo(sample.label());
      assertThat(batch.inputBuffer().get(row * FLOATS + 1)).isEqualTo(number(sample.path()));
    }
  }
}
