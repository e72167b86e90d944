package dev.graft.image;

import static dev.graft.image.ResamplerTest.image;
import static dev.graft.image.ResamplerTest.red;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransformTest {
  private final SplittableRandom random = new SplittableRandom(42);

  @Test
  void resizeRoundsTheLongerEdgeDown() {
    Frame frame = frame(image(500, 375));
    new Resize(256).apply(frame, random);
    assertThat(frame.width()).isEqualTo(341); // 341.33
    assertThat(frame.height()).isEqualTo(256);
  }

  @Test
  void centerCropPadsWithBlack_theOddPixelAfter() {
    Frame frame = frame(image(2, 1, 7, 8));
    new CenterCrop(3).apply(frame, random);
    assertThat(red(frame.settle())).containsExactly(0, 0, 0, 7, 8, 0, 0, 0, 0);
  }

  @Test
  void centerCropRoundsHalvesToTheEvenSide() {
    assertThat(cropped(4, 1, 1, 2, 3, 4)).containsExactly(3); // (4 - 1) / 2 = 1.5 is 2
    assertThat(cropped(2, 1, 1, 2)).containsExactly(1); // 0.5 is 0
  }

  private int[] cropped(int width, int size, int... greys) {
    Frame frame = frame(image(width, 1, greys));
    new CenterCrop(size).apply(frame, random);
    return red(frame.settle());
  }

  @Test
  void flippedPaddingComesOutOnTheOtherSide() {
    Frame frame = frame(image(2, 1, 7, 8));
    new CenterCrop(3).apply(frame, random);
    frame.flip();
    frame.crop(new Box(0, 1, 3, 1));
    assertThat(red(frame.settle())).containsExactly(0, 8, 7);
  }

  @Test
  void whatACropCutOff_doesNotComeBackAsPadding() {
    Frame frame = frame(image(5, 1, 1, 2, 3, 4, 5));
    frame.crop(new Box(1, 0, 3, 1));
    frame.crop(new Box(-1, 0, 5, 1));
    assertThat(red(frame.settle())).containsExactly(0, 2, 3, 4, 0);
  }

  @Test
  void collectedGeometryIsThatOfOneStepAtATime() {
    PixelImage image = image(6, 1, 10, 200, 30, 90, 150, 60);
    Frame collected = frame(image);
    Frame stepwise = frame(image);
    for (Frame frame : new Frame[] {collected, stepwise}) {
      for (int step = 0; step < 5; step++) {
        switch (step) {
          case 0 -> frame.crop(new Box(1, 0, 5, 1));
          case 1 -> frame.flip();
          case 2 -> frame.resize(7, 2);
          case 3 -> frame.crop(new Box(2, 0, 4, 2));
          default -> frame.resize(3, 3);
        }
        if (frame == stepwise) {
          frame.settle();
        }
      }
    }
    assertThat(red(collected.settle())).isEqualTo(red(stepwise.settle()));
  }

  @Test
  void onlyTheRowsThatCountAreDecoded() {
    PixelImage image = image(40, 100);
    random.nextBytes(image.pixels());
    int[] decoded = {0};
    for (int round = 0; round < 200; round++) {
      Box part = RandomResizedCrop.draw(40, 100, random);
      Frame whole = frame(image);
      Frame frame = new Frame();
      frame.begin(topOf(image, decoded), "test");
      for (Frame either : new Frame[] {whole, frame}) {
        new RandomResizedCrop(9 + round % 30).apply(either, part);
        new RandomHorizontalFlip(round % 2).apply(either, random);
      }
      assertThat(frame.settle().pixels()).isEqualTo(whole.settle().pixels());
      assertThat(decoded[0]).isEqualTo(part.y() + part.height());
    }
  }

  @Test
  void nothingIsDecoded_ifOnlyPaddingIsKept() {
    int[] decoded = {0};
    Frame frame = new Frame();
    frame.begin(topOf(image(3, 3), decoded), "test");
    frame.crop(new Box(3, 3, 1, 1));
    assertThat(red(frame.settle())).containsExactly(0);
    assertThat(decoded[0]).isZero();
  }

  /** The image, black below the rows asked for, which are noted. */
  private static ImageRows topOf(PixelImage image, int[] decoded) {
    return new ImageRows(
        image.width(),
        image.height(),
        rows -> {
          decoded[0] = rows;
          PixelImage top = image(image.width(), image.height());
          System.arraycopy(image.pixels(), 0, top.pixels(), 0, rows * image.width() * 3);
          return top;
        });
  }

  @Test
  void randomPartsHaveTheAreasAndRatiosOfThePaper() {
    double area = 0;
    double logRatio = 0;
    int draws = 20_000;
    for (int i = 0; i < draws; i++) {
      Box box = RandomResizedCrop.draw(1000, 1000, random);
      assertThat(Box.ofSize(1000, 1000).contains(box)).isTrue();
      double ratio = (double) box.width() / box.height();
      assertThat(ratio).isBetween(0.745, 1.342);
      area += box.width() * box.height() / 1e6 / draws;
      logRatio += Math.log(ratio) / draws;
    }
    assertThat(area)
        .isBetween(0.470, 0.485); // torchvision draws 0.476: large parts often do not fit
    assertThat(logRatio).isCloseTo(0, within(0.01));
  }

  @Test
  void aPartThatNeverFits_isTheLargestCentralOne() {
    assertThat(RandomResizedCrop.draw(1000, 10, random)).isEqualTo(new Box(493, 0, 13, 10));
    assertThat(RandomResizedCrop.draw(10, 1000, random)).isEqualTo(new Box(0, 493, 10, 13));
    assertThat(RandomResizedCrop.center(40, 40)).isEqualTo(new Box(0, 0, 40, 40));
  }

  @Test
  void theSameSeedDrawsTheSamePart() {
    assertThat(RandomResizedCrop.draw(640, 480, new SplittableRandom(3)))
        .isEqualTo(RandomResizedCrop.draw(640, 480, new SplittableRandom(3)));
  }

  @Test
  void halfTheImagesAreFlipped() {
    int flipped = 0;
    for (int i = 0; i < 10_000; i++) {
      Frame frame = frame(image(2, 1, 1, 2));
      new RandomHorizontalFlip(0.5).apply(frame, random);
      flipped += red(frame.settle())[0] == 2 ? 1 : 0;
    }
    assertThat(flipped).isBetween(4800, 5200);
  }

  @Test
  void anImageTooThinToResizeIsRefusedByName() {
    PixelImage thread = image(1, 5_000_000);
    Frame frame = new Frame();
    frame.begin(thread, "thread.png");
    assertThatThrownBy(() -> new Resize(256).apply(frame, random))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("Cannot decode thread.png: it is too long and thin");
  }

  @Test
  void aResizeIsOnlyAsLargeAsTheCropThatFollows() {
    Frame frame = frame(image(1, 100_000));
    new Resize(256).apply(frame, random);
    assertThat(frame.height()).isEqualTo(25_600_000);
    assertThatThrownBy(frame::settle)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("256 x 25600000 pixels");
    new CenterCrop(224).apply(frame, random);
    assertThat(frame.settle().height()).isEqualTo(224);
  }

  @Test
  void badSizesAreRefused() {
    assertThatThrownBy(() -> new Resize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CenterCrop(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RandomHorizontalFlip(1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Frame frame(PixelImage image) {
    Frame frame = new Frame();
    frame.begin(image, "test");
    return frame;
  }
}
