package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.bench.Agreement.Logits;
import dev.graft.bench.Agreement.Pixels;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void differenceIsMeasuredByTheLargestLogit() {
    float[] theirs = {10, -20, 0, 5};

    assertThat(Logits.fp32().compare(new float[] {10.01f, -20, 0, 5}, theirs).accepted()).isTrue();
    assertThat(Logits.fp32().compare(new float[] {10.1f, -20, 0, 5}, theirs).accepted()).isFalse();
  }

  @Test
  void bfloat16MustNameTheSameWinners() {
    float[] theirs = {1, 1.01f, -3, 3};

    assertThat(Logits.bf16().compare(new float[] {1, 1.02f, -3, 3}, theirs).accepted()).isTrue();
    assertThat(Logits.bf16().compare(new float[] {1.02f, 1, -3, 3}, theirs).text())
        .endsWith("other best class for 1 images");
    assertThat(Logits.bf16().compare(new float[] {1.02f, 1, -3, 3}, theirs).accepted()).isFalse();
  }

  @Test
  void whatIsNoNumberOrOfAnotherLengthIsRefused() {
    float[] theirs = {1, 2};

    assertThat(Logits.fp32().compare(new float[] {1, Float.NaN}, theirs).accepted()).isFalse();
    assertThat(Logits.fp32().compare(new float[] {Float.NaN, 2}, theirs).accepted()).isFalse();
    assertThat(Logits.fp32().compare(new float[] {1}, theirs).accepted()).isFalse();
    assertThat(Logits.fp32().compare(new float[] {0, 0}, new float[] {0, 0}).accepted()).isFalse();
    assertThat(new Pixels(1).compare(new float[0], new float[0]).accepted()).isFalse();
  }

  @Test
  void pixelsMayDifferByOneGreyLevel() {
    assertThat(new Pixels(1).compare(new float[] {11, 20}, new float[] {10, 20}).accepted())
        .isTrue();
    assertThat(new Pixels(1).compare(new float[] {12, 20}, new float[] {10, 20}).accepted())
        .isFalse();
  }
}
