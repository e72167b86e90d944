package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> STD = List.of(0.229, 0.224, 0.225);
  private static final float UNTOUCHED = -99;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 33, 224})
  void writesEachValueWhereTheLayoutHasIt_andNothingElse(int size) {
    PixelImage image = new PixelImage();
    image.setSize(size, size);
    new SplittableRandom(size).nextBytes(image.pixels());
    float[] planar = written(image, Layout.CHW);
    float[] interleaved = written(image, Layout.HWC);
    int offset = 5;
    for (int pixel = 0; pixel < size * size; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        float value = (image.pixels()[3 * pixel + channel] & 0xff) / 255f;
        float normalised = (value - MEAN.get(channel).floatValue()) / STD.get(channel).floatValue();
        assertThat(planar[offset + channel * size * size + pixel]).isEqualTo(normalised);
        assertThat(interleaved[offset + 3 * pixel + channel]).isEqualTo(normalised);
      }
    }
    for (float[] floats : new float[][] {planar, interleaved}) {
      assertThat(floats).startsWith(UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED);
      assertThat(floats).endsWith(UNTOUCHED, UNTOUCHED);
    }
  }

  private static float[] written(PixelImage image, Layout layout) {
    FloatBuffer floats = FloatBuffer.allocate(5 + 3 * image.width() * image.height() + 2);
    while (floats.hasRemaining()) {
      floats.put(UNTOUCHED);
    }
    floats.rewind();
    new Normalizer(image.width(), MEAN, STD, layout).write(image, floats, 5);
    return floats.array();
  }
}
