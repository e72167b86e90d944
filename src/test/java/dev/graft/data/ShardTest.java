package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardTest {
  private static List<Integer> order(int images, Shard shard, boolean shuffle, int epoch) {
    var order = new EpochOrder(images, shard, shuffle, 3, epoch);
    return IntStream.range(0, order.size()).mapToObj(order::index).toList();
  }

  /** The indices are those of torch.utils.data.DistributedSampler (PyTorch 1.13), unshuffled. */
  @ParameterizedTest
  @CsvSource({
    "10, 3, 0 3 6 9 | 1 4 7 0 | 2 5 8 1",
    "7, 2, 0 2 4 6 | 1 3 5 0",
    "8, 4, 0 4 | 1 5 | 2 6 | 3 7",
    "3, 8, 0 | 1 | 2 | 0 | 1 | 2 | 0 | 1",
    "1, 3, 0 | 0 | 0"
  })
  void dealsOutWhatDistributedSamplerDoes(int images, int count, String expected) {
    int[] sorted = IntStream.range(0, images).toArray();
    String[] shares = expected.split(" \\| ");
    assertThat(shares).hasSize(count);
    for (int rank = 0; rank < count; rank++) {
      int[] share = Arrays.stream(shares[rank].split(" ")).mapToInt(Integer::parseInt).toArray();
      assertThat(new Shard(rank, count).of(sorted, true)).containsExactly(share);
    }
  }

  @Test
  void evaluationSeesEachImageOnce() {
    List<Integer> seen = new ArrayList<>();
    for (int rank = 0; rank < 4; rank++) {
      seen.addAll(order(10, new Shard(rank, 4), false, 0));
    }
    assertThat(seen)
        .hasSize(10)
        .containsExactlyInAnyOrderElementsOf(order(10, Shard.whole(), false, 0));
  }

  @Test
  void kthBatchesOfAllRanksAreOneProcesssKthBatch() {
    List<Integer> whole = order(24, Shard.whole(), true, 5);
    List<Integer> first = order(24, new Shard(0, 2), true, 5);
    List<Integer> second = order(24, new Shard(1, 2), true, 5);
    for (int batch = 0; batch < 3; batch++) {
      List<Integer> both = new ArrayList<>(first.subList(batch * 4, batch * 4 + 4));
      both.addAll(second.subList(batch * 4, batch * 4 + 4));
      assertThat(both).containsExactlyInAnyOrderElementsOf(whole.subList(batch * 8, batch * 8 + 8));
    }
  }

  @Test
  void eachEpochIsShuffledAnew_forAllRanksAlike() {
    var shard = new Shard(1, 2);
    assertThat(order(24, shard, true, 0)).isNotEqualTo(order(24, shard, true, 1));
    assertThat(order(24, shard, true, 0)).isEqualTo(order(24, shard, true, 0));
  }

  @Test
  void thereIsNoShareBeyondTheLast() {
    assertThatThrownBy(() -> new Shard(2, 2)).hasMessage("There is no share 2 of 2.");
  }
}
