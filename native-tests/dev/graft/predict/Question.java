package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.DoubleAccumulator;

/**
 * An image to ask about, in one of the ways to hand one over, and what each of some models says
 * when it computes the image alone.
 *
 * @param picture questions about the same picture have the same number
 * @param expected the outputs of each model
 */
record Question(int picture, ImageSource source, List<Outputs> expected) {
  /**
   * How far answers may be from those computed alone, relative to the largest value: in a batch
   * oneDNN adds up in another order, depending on the batch's size.
   */
  static final double TOLERANCE = 1e-4;

  /** The largest distance that any check saw. */
  static final DoubleAccumulator GAP = new DoubleAccumulator(Math::max, 0);

  private static final String[] FORMATS = {"jpg", "png", "gif", "bmp", "tiff", "ppm"};
  private static final String[] GOLDEN = {
    "landscape.jpg", "portrait.jpg", "square-256.jpg", "cmyk-subsampled.jpg", "lossy.webp"
  };
  private static final int PICTURES = GOLDEN.length + 2 * FORMATS.length;
  private static final PredictorConfig ALONE =
      PredictorConfig.defaults().withWorkers(1, 1).withBatches(1, Duration.ZERO);

  /** Pictures of many formats and sizes, in every way that a source can be made of. */
  static List<Question> all(Path folder, List<Path> models) throws IOException {
    List<Question> questions = new ArrayList<>();
    try (Predictors alone = Predictors.of(models)) {
      for (int picture = 0; picture < PICTURES; picture++) {
        for (ImageSource source : ways(picture, folder, alone)) {
          questions.add(new Question(picture, source, alone.answers(source)));
        }
      }
    }
    requireDistinct(questions);
    return questions;
  }

  /** Each model in a predictor that computes one image at a time. */
  private record Predictors(List<Predictor> each) implements AutoCloseable {
    static Predictors of(List<Path> models) {
      return new Predictors(models.stream().map(model -> Predictor.load(model, ALONE)).toList());
    }

    List<Outputs> answers(ImageSource source) {
      return each.stream().map(p -> p.outputsAsync(List.of(source)).get(0).join()).toList();
    }

    @Override
    public void close() {
      each.forEach(Predictor::close);
    }
  }

  private static List<ImageSource> ways(int picture, Path folder, Predictors alone)
      throws IOException {
    int drawing = picture - GOLDEN.length;
    int width = 40 + 97 * (picture % 7);
    int height = 40 + 61 * (picture % 5);
    Served image =
        drawing < 0
            ? Served.golden(GOLDEN[picture])
            : Served.drawn(picture, width, height, FORMATS[drawing % FORMATS.length]);
    List<ImageSource> ways = new ArrayList<>();
    ways.add(image.encoded());
    ways.add(ImageSource.of(Files.write(folder.resolve(image.name()), image.bytes())));
    if (alone.each.size() == 1) { // two may take images of different sizes
      ways.add(preprocessed(image, alone.each.get(0).card().preprocessing()));
    }
    if (drawing >= 0) {
      ways.add(ImageSource.of(Served.picture(picture, width, height)));
    }
    return ways;
  }

  private static ImageSource preprocessed(Served image, Preprocessing preprocessing) {
    FloatBuffer values = FloatBuffer.allocate(preprocessing.floats());
    try (var pipeline = new ImagePipeline(preprocessing, preprocessing.evalTransforms())) {
      pipeline.load(image.bytes(), image.name(), new SplittableRandom(0), values, 0);
    }
    return ImageSource.ofPreprocessed(values.array(), 0, values.capacity());
  }

  /** Answers to different pictures are so far apart that no check takes one for the other. */
  private static void requireDistinct(List<Question> questions) {
    for (Question one : questions) {
      for (Question other : questions) {
        for (int model = 0; one.picture != other.picture && model < one.expected.size(); model++) {
          Outputs a = one.expected.get(model);
          Outputs b = other.expected.get(model);
          String pair = one.picture + " and " + other.picture;
          assertThat(gap(a.probabilities(), b.probabilities()))
              .as(pair)
              .isGreaterThan(10 * TOLERANCE);
          assertThat(gap(widened(a.features()), widened(b.features())))
              .as(pair)
              .isGreaterThan(10 * TOLERANCE);
        }
      }
    }
  }

  /** Checks that an answer is the one to this question of the model that it names. */
  void check(Prediction answer) {
    Outputs outputs = of(answer.version());
    List<String> classes = outputs.card().classes();
    assertThat(answer.scores()).hasSameSizeAs(classes);
    double[] actual = new double[classes.size()];
    answer.scores().forEach(s -> actual[classes.indexOf(s.label())] = s.probability());
    near(actual, outputs.probabilities());
  }

  void check(Outputs answer) {
    Outputs outputs = of(answer.version());
    assertThat(answer.card().classes()).isEqualTo(outputs.card().classes());
    near(widened(answer.logits()), widened(outputs.logits()));
    near(widened(answer.features()), widened(outputs.features()));
  }

  /** Checks features, where there is only one model. */
  void check(float[] features) {
    assertThat(expected).hasSize(1);
    near(widened(features), widened(expected.get(0).features()));
  }

  private Outputs of(String version) {
    return expected.stream()
        .filter(outputs -> outputs.version().equals(version))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No model is " + version));
  }

  private static void near(double[] actual, double[] expected) {
    double gap = gap(actual, expected);
    GAP.accumulate(gap);
    assertThat(gap).isLessThan(TOLERANCE);
  }

  /** The largest difference, relative to the largest value. */
  private static double gap(double[] a, double[] b) {
    assertThat(a).hasSameSizeAs(b);
    double gap = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      gap = Math.max(gap, Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(b[i]));
    }
    return gap / largest;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
