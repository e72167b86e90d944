package dev.graft.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeatMapTest {
  @Test
  void theLargestBecomesOne_negativeOnesZero() {
    HeatMap heat = HeatMap.normalized(2, 3, new double[] {-4, 0, 1, 2, 8, -0.5});
    assertThat(heat.values()).containsExactly(0, 0, 0.125f, 0.25f, 1, 0);
    assertThat(heat.at(1, 1)).isEqualTo(1);
    assertThat(heat.at(0, 2)).isEqualTo(0.125f);
  }

  @Test
  void whereNothingIsPositive_allStaysZero() {
    assertThat(HeatMap.normalized(1, 3, new double[] {-1, 0, -2}).values()).containsOnly(0);
    assertThat(HeatMap.normalized(1, 2, new double[] {-1, -2}).values()).containsOnly(0);
  }

  @Test
  void whatIsTinyIsNormalizedToo() {
    HeatMap heat = HeatMap.normalized(1, 2, new double[] {Double.MIN_VALUE, 2 * Double.MIN_VALUE});
    assertThat(heat.values()).containsExactly(0.5f, 1);
  }

  /** Values of torch.nn.functional.interpolate(mode="bilinear", align_corners=False). */
  @Test
  void isResizedAsPytorchDoes() {
    HeatMap heat = new HeatMap(2, 2, new float[] {0, 1, 0.5f, 0});
    float[] expected = {
      0, 0.25f, 0.75f, 1, 0.125f, 0.28125f, 0.59375f, 0.75f, 0.375f, 0.34375f, 0.28125f, 0.25f,
      0.5f, 0.375f, 0.125f, 0
    };
    assertThat(heat.resized(4, 4).values()).containsExactly(expected, within(1e-7f));
    float[] wider = {0, 0, 0.33333337f, 0.6666667f, 1, 1};
    assertThat(new HeatMap(1, 2, new float[] {0, 1}).resized(1, 6).values())
        .containsExactly(wider, within(1e-6f));
    assertThat(heat.resized(2, 2).values()).isEqualTo(heat.values());
  }

  @Test
  void doesNotChangeAfterwards() {
    float[] values = {0, 1};
    HeatMap heat = new HeatMap(1, 2, values);
    values[0] = 1;
    heat.values()[1] = 0;
    assertThat(heat.values()).containsExactly(0, 1);
  }

  @ParameterizedTest
  @ValueSource(floats = {-0.1f, 1.1f, Float.NaN, Float.POSITIVE_INFINITY})
  void takesNoOtherNumbers(float value) {
    assertThatThrownBy(() -> new HeatMap(1, 1, new float[] {value}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Float.toString(value));
  }

  @Test
  void hasAsManyNumbersAsParts() {
    assertThatThrownBy(() -> new HeatMap(2, 2, new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeatMap(0, 2, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeatMap(1, 1, new float[1]).at(0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
