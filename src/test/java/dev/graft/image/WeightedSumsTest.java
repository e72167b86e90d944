package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeightedSumsTest {
  private static final int ONE = 1 << WeightedSums.PRECISION_BITS;

  private final WeightedSums sums = new WeightedSums();

  @Test
  void sumsEachChannelOfItsOwn_roundingHalvesUp() {
    sums.begin(2);
    sums.add(new int[] {0x030201, 0x030201}, new int[] {ONE / 2, ONE});
    sums.add(new int[] {0x102030, 0x102030}, ONE);
    assertThat(rounded(2)).containsExactly(0x122131, 0x132231);
  }

  @Test
  void theHighestByteDoesNotCount() {
    sums.begin(1);
    sums.add(new int[] {0xff_00_00_07}, ONE);
    assertThat(rounded(1)).containsExactly(7);
  }

  @Test
  void aValueIsAtMost255() {
    sums.begin(3);
    sums.add(
        new int[] {0xffffff, 0xffffff, 0xfeff80}, new int[] {ONE, ONE + ONE / 100, 2 * ONE - 1});
    assertThat(rounded(3)).containsExactly(0xffffff, 0xffffff, 0xffffff);
  }

  private int[] rounded(int count) {
    int[] pixels = new int[count];
    sums.round(pixels);
    return pixels;
  }
}
