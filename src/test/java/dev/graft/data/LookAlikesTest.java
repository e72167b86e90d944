package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookAlikesTest {
  @Test
  void theIndexFindsEachNearHashOnce_andNoOther() {
    var random = new Random(3);
    long[] hashes = random.longs(3000).toArray();
    for (int i = 1; i < hashes.length; i += 2) { // a neighbour with 0 to 20 other bits
      hashes[i] = hashes[i - 1];
      for (int bit : random.ints(random.nextInt(21), 0, 64).toArray()) {
        hashes[i] ^= 1L << bit;
      }
    }
    var index = new HashIndex(hashes.length);
    for (long hash : hashes) {
      index.add(hash);
    }

    for (long hash : hashes) {
      List<Integer> found = new ArrayList<>();
      index.near(hash, i -> !found.add(i));
      List<Integer> near =
          IntStream.range(0, hashes.length)
              .filter(i -> Long.bitCount(hash ^ hashes[i]) <= Fingerprint.NEAR_BITS)
              .boxed()
              .toList();
      assertThat(found).hasSameSizeAs(near).containsAll(near);
    }
  }

  @Test
  void theIndexStopsWhenToldToEnough() {
    var index = new HashIndex(5);
    for (int i = 0; i < 5; i++) {
      index.add(7);
    }
    List<Integer> found = new ArrayList<>();

    index.near(7, i -> found.add(i) && found.size() == 2);

    assertThat(found).hasSize(2);
  }

  @Test
  void imagesThatLookTheSameAreTogether_whateverLiesBetween() {
    List<Optional<Fingerprint>> looks =
        List.of(scene(1, 300), scene(2, 300), Optional.empty(), scene(1, 80), scene(2, 500));

    assertThat(LookAlikes.find(looks)).containsExactly(0, 1, 2, 0, 1);
    assertThat(LookAlikes.find(List.of(Optional.empty(), Optional.empty()))).containsExactly(0, 1);
  }

  @Test
  void aLongChainIsOneCluster_evenWhereMoreAreNearThanAreLookedAt() {
    List<Optional<Fingerprint>> looks = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      looks.add(scene(1, 40 + i % 7));
    }

    int[] clusters = LookAlikes.find(looks);

    assertThat(new TreeSet<>(IntStream.of(clusters).boxed().toList())).containsExactly(0);
  }

  private static Optional<Fingerprint> scene(long seed, int width) {
    int height = width * 2 / 3;
    return Optional.ofNullable(Fingerprint.of(Scene.of(seed).draw(width, height), width, height));
  }
}
