package dev.graft.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureMapsTest {
  private static List<FeatureMap> candidates(long[]... shapes) {
    return FeatureMaps.candidates(Arrays.asList(shapes), 224);
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }

  @Test
  void aConvolutionalNetworksMapsAreThoseBeforeThePooling() {
    assertThat(
            candidates(
                shape(1, 64, 112, 112),
                shape(1, 512, 7, 7),
                shape(1, 512, 1, 1), // pooled
                shape(1, 512),
                shape(1, 10)))
        .extracting(FeatureMap::value, FeatureMap::side, FeatureMap::channels)
        .containsExactly(tuple(0, 112, 64), tuple(1, 7, 512));
  }

  @Test
  void channelsMayComeLast() {
    FeatureMap map = candidates(shape(1, 7, 7, 768)).get(0);
    assertThat(map).isEqualTo(new FeatureMap(0, 7, 768, 0, 1, 768));
    assertThat(map.index(5, 48)).isEqualTo(48 * 768 + 5);
    assertThat(candidates(shape(1, 768, 7, 7)).get(0).index(5, 48)).isEqualTo(5 * 49 + 48);
  }

  @Test
  void aVisionTransformersMapsAreItsTokensWithoutTheClass() {
    List<FeatureMap> maps =
        candidates(
            shape(1, 768, 14, 14), // the patches
            shape(1, 768, 196),
            shape(1, 196, 768),
            shape(1, 197, 768), // with the class's token
            shape(1, 197, 2304), // queries, keys, values
            shape(3, 1, 12, 197, 64),
            shape(1, 12, 197, 64),
            shape(1, 12, 197, 197), // attention
            shape(1, 197, 12, 64),
            shape(1, 201, 768), // with four registers too
            shape(1, 768));
    assertThat(maps).extracting(FeatureMap::value).containsExactly(0, 2, 3, 9);
    assertThat(maps.get(2).index(1, 2)).isEqualTo((1 + 2) * 768 + 1);
    assertThat(maps.get(3).index(1, 2)).isEqualTo((5 + 2) * 768 + 1);
  }

  @Test
  void aMapMayBecomeAsLargeAgainAsOneBefore() {
    assertThat(
            candidates(
                shape(1, 512, 7, 7), shape(1, 512, 2, 2), shape(1, 1024, 7, 7), shape(1, 8, 9, 9)))
        .extracting(FeatureMap::value)
        .containsExactly(0, 1, 2);
  }

  @Test
  void whatIsOfSeveralImagesOrNotSquareIsNoMap() {
    assertThat(
            candidates(
                shape(64, 3, 7, 7),
                shape(1, 512, 7, 6),
                shape(1, 49, 512), // tokens of no patches
                shape(1, 3, 448, 448),
                shape()))
        .isEmpty();
  }

  @Test
  void onlyWhatIsAtThePositionsCounts() {
    FeatureMap tokens = candidates(shape(1, 2, 2, 2), shape(1, 5, 2)).get(1);
    float[] values = new float[10];
    values[1] = 1; // the class's token
    assertThat(tokens.isAnywhere(values)).isFalse();
    values[9] = -1;
    assertThat(tokens.isAnywhere(values)).isTrue();
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }
}
