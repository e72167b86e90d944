package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.torch.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MixtureNativeTest {
  private static final int N = 3;
  private static final int SIDE = 20;

  /** Every pixel of image i is i + 1. */
  private static Tensor images() {
    float[] values = new float[N * 3 * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1 + i / (3 * SIDE * SIDE));
    }
    return Tensor.copyOf(values, N, 3, SIDE, SIDE);
  }

  private static Tensor labels() {
    return Tensor.copyOf(new long[] {1, 0, 1}, N);
  }

  @Test
  void mixupMixesImagesAndTargetsInTheSameProportion() {
    try (Tensor images = images();
        Tensor labels = labels();
        Mixture mixed = Mixture.mixup(images, labels, 2, 0.25)) {
      float[] pixels = mixed.inputs().toFloatArray();
      int image = 3 * SIDE * SIDE;
      assertThat(pixels[0]).isEqualTo(0.75f * 1 + 0.25f * 3); // the first with the last
      assertThat(pixels[image]).isEqualTo(0.75f * 2 + 0.25f * 1);
      assertThat(pixels[3 * image - 1]).isEqualTo(0.75f * 3 + 0.25f * 2);
      assertThat(mixed.targets().toFloatArray()).containsExactly(0, 1, 0.75f, 0.25f, 0.25f, 0.75f);
      assertThat(images.toFloatArray()[0]).as("the batch itself is unchanged").isEqualTo(1);
    }
  }

  @Test
  void cutmixPastesARectangleOfTheNeighbour_andTheTargetsHaveItsShare() {
    var random = new SplittableRandom(4);
    boolean pasted = false;
    for (int draw = 0; draw < 50; draw++) {
      try (Tensor images = images();
          Tensor labels = labels();
          Mixture mixed = Mixture.cutmix(images, labels, 2, 0.4, random)) {
        float[] pixels = mixed.inputs().toFloatArray();
        int foreign = 0;
        int top = SIDE;
        int left = SIDE;
        int bottom = -1;
        int right = -1;
        for (int i = 0; i < SIDE * SIDE; i++) {
          assertThat(pixels[i]).isIn(1f, 3f).isEqualTo(pixels[SIDE * SIDE + i]);
          if (pixels[i] == 3) {
            foreign++;
            top = Math.min(top, i / SIDE);
            bottom = Math.max(bottom, i / SIDE);
            left = Math.min(left, i % SIDE);
            right = Math.max(right, i % SIDE);
          }
        }
        if (foreign > 0) {
          pasted = true;
          assertThat(foreign).isEqualTo((bottom - top + 1) * (right - left + 1));
        }
        float share = (float) foreign / (SIDE * SIDE);
        assertThat(share).isLessThanOrEqualTo(0.4f);
        // The second image is of class 0, its neighbour of class 1.
        assertThat(mixed.targets().toFloatArray()[3]).isCloseTo(share, within(1e-6f));
      }
    }
    assertThat(pasted).isTrue();
  }

  @Test
  void withoutMixingTheBatchIsHandedThrough() {
    try (Tensor images = images();
        Tensor labels = labels();
        Mixture same =
            Mixture.of(Objective.crossEntropy(), images, labels, 2, new SplittableRandom(0))) {
      assertThat(same.inputs()).isSameAs(images);
      assertThat(same.targets()).isSameAs(labels);
    }
  }

  @Test
  void ownLabelsStayTheLikeliest() {
    var objective = Objective.crossEntropy().withMixup(0.4).withCutmix(1);
    var random = new SplittableRandom(1);
    for (int draw = 0; draw < 50; draw++) {
      try (Tensor images = images();
          Tensor labels = labels();
          Mixture mixed = Mixture.of(objective, images, labels, 2, random)) {
        float[] targets = mixed.targets().toFloatArray();
        assertThat(targets[1]).isGreaterThanOrEqualTo(0.5f);
        assertThat(targets[2]).isGreaterThanOrEqualTo(0.5f);
        assertThat(targets[2] + targets[3]).isCloseTo(1, within(1e-6f));
      }
    }
  }
}
