package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final Preprocessing IMAGENET = Preprocessing.imagenet(224);

  @Test
  void noneIsTheCropAndTheFlipAlone() {
    assertThat(Augmentation.none().transforms(IMAGENET)).isEqualTo(IMAGENET.trainTransforms());
  }

  @Test
  void rotationAndJitterFollowInThatOrder() {
    ColorJitter jitter = new ColorJitter(0.2, 0, 0, 0);
    assertThat(new Augmentation(15, jitter).transforms(IMAGENET))
        .containsExactly(
            new RandomResizedCrop(224),
            new RandomHorizontalFlip(0.5),
            new RandomRotation(15),
            jitter);
    assertThat(new Augmentation(0, jitter).transforms(IMAGENET)).hasSize(3).endsWith(jitter);
    assertThat(new Augmentation(15, ColorJitter.none()).transforms(IMAGENET)).hasSize(3);
  }

  @Test
  void theSameSeedGivesTheSamePixels() {
    Augmentation augmentation = new Augmentation(20, new ColorJitter(0.4, 0.4, 0.4, 0.1));
    assertThat(augmented(augmentation, 7)).isEqualTo(augmented(augmentation, 7));
    assertThat(augmented(augmentation, 7)).isNotEqualTo(augmented(augmentation, 8));
  }

  private static String augmented(Augmentation augmentation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Frame frame = new Frame();
    frame.begin(Drawings.draw("drawing 300 200 1"), "test");
    augmentation.transforms(Preprocessing.imagenet(64)).forEach(t -> t.apply(frame, random));
    return Golden.digest(frame.settle());
  }

  @Test
  void anglesAreUniformBetweenTheLargestTwo() {
    SplittableRandom random = new SplittableRandom(3);
    SplittableRandom same = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      Frame drawn = frame();
      Frame given = frame();
      new RandomRotation(30).apply(drawn, random);
      RandomRotation.apply(given, -30 + 60 * same.nextDouble());
      assertThat(Golden.digest(drawn.settle())).isEqualTo(Golden.digest(given.settle()));
    }
  }

  private static Frame frame() {
    Frame frame = new Frame();
    frame.begin(Drawings.draw("noise 21 18 1"), "test");
    return frame;
  }

  @Test
  void badAnglesAreRefused() {
    assertThatThrownBy(() -> new RandomRotation(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RandomRotation(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Augmentation(181, ColorJitter.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rotation must be from 0 to 180 degrees: 181");
  }
}
