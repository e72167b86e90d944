package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

  @Test
  void imagenetKeepsTheRatioOfThePreset() {
    assertThat(Preprocessing.imagenet(224).resize()).isEqualTo(256);
    assertThat(Preprocessing.imagenet(64).resize()).isEqualTo(73);
    assertThat(Preprocessing.imagenet(224).floats()).isEqualTo(150_528);
    assertThat(Preprocessing.imagenet(224).evalTransforms())
        .containsExactly(new Resize(256), new CenterCrop(224));
    assertThat(Preprocessing.imagenet(224).trainTransforms())
        .containsExactly(new RandomResizedCrop(224), new RandomHorizontalFlip(0.5));
  }

  @Test
  void valuesAreCopied() {
    List<Double> mean = new ArrayList<>(ONES);
    Preprocessing preprocessing = new Preprocessing(8, 8, mean, ONES);
    mean.set(0, 5.0);
    assertThat(preprocessing.mean()).isEqualTo(ONES);
  }

  @Test
  void badValuesAreRefused() {
    refuses(() -> new Preprocessing(0, 8, ONES, ONES), "imageSize");
    refuses(() -> new Preprocessing(8, 0, ONES, ONES), "resize");
    refuses(() -> new Preprocessing(8, 8, List.of(1.0), ONES), "mean");
    refuses(() -> new Preprocessing(8, 8, ONES, List.of(1.0, 0.0, 1.0)), "std");
    refuses(() -> new Preprocessing(8, 8, ONES, List.of(1.0, Double.NaN, 1.0)), "std");
  }

  private static void refuses(Runnable making, String what) {
    assertThatThrownBy(making::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(what);
  }
}
