package dev.graft.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.TinyWorld;
import dev.graft.image.ImageException;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.ModelException;
import dev.graft.model.Provenance;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GradCamNativeTest {
  private static final List<String> COLORS = List.of("red", "green", "blue");
  private static final List<Double> MEAN = List.of(0.5, 0.5, 0.5);
  private static final List<Double> STD = List.of(0.25, 0.25, 0.25);

  /** Readies a predictor for batches of one only. */
  private static final PredictorConfig ONE_BY_ONE =
      PredictorConfig.defaults().withBatches(1, Duration.ZERO);

  @TempDir Path folder;

  private Path save(Module network, int imageSize) {
    return save(network, new Preprocessing(imageSize, imageSize, MEAN, STD));
  }

  private Path save(Module network, Preprocessing preprocessing) {
    Path file = folder.resolve("model.pt");
    var config = new GraftConfig(COLORS, preprocessing, 1, null);
    try (Classifier classifier = Classifier.graft(network, Device.CPU, config)) {
      classifier.save(file, Provenance.none());
    }
    return file;
  }

  /** A grey image of 64x64 pixels with a square of 16 pixels at this place in a grid of 4x4. */
  private Path image(Color color, int row, int column) throws IOException {
    var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, 64, 64);
    graphics.setColor(color);
    graphics.fillRect(16 * column, 16 * row, 16, 16);
    graphics.dispose();
    Path file = folder.resolve("image-" + color.getRGB() + row + column + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /**
   * Logits that are a known sum of a map of 4x4 positions: each class's channel is how much more of
   * its colour there is than of the others.
   *
   * @param forward from {@code map} [N, 3, 4, 4] to {@code features} [N, 3]
   */
  private Path colors(String forward) {
    float[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    try (Module network = TinyWorld.colors(forward)) {
      Path file = folder.resolve("colors.pt");
      var config = new GraftConfig(COLORS, new Preprocessing(64, 64, MEAN, STD), 1, null);
      try (Classifier classifier = Classifier.graft(network, Device.CPU, config);
          Tensor one = Tensor.copyOf(identity, 3, 3);
          Tensor zero = Tensor.copyOf(new float[3], 3)) {
        classifier.module().parameter("fc.weight").copyFrom(one);
        classifier.module().parameter("fc.bias").copyFrom(zero);
        classifier.save(file, Provenance.none());
      }
      return file;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          features = torch.mean(torch.relu(map), [2, 3])
          map = torch.relu_(map); features = torch.mean(map, [2, 3])
          y = map.relu_(); features = torch.mean(map, [2, 3])
          """)
  void theHeatIsWhereTheColourIs(String forward) throws IOException {
    Path model = colors(forward.replace("; ", "\n"));
    try (GradCam cam = GradCam.load(model, Device.CPU)) {
      for (int corner = 0; corner < 4; corner++) {
        int row = corner / 2 * 3;
        int column = corner % 2 * 3;
        Explanation red = cam.explain(image(Color.RED, row, column), null);
        assertThat(red.label()).isEqualTo("red");
        assertThat(red.probability()).isGreaterThan(1.0 / 3);
        float[] expected = new float[16];
        expected[4 * row + column] = 1;
        assertThat(red.heatMap().values()).containsExactly(expected);
        Explanation blue = cam.explain(image(Color.RED, row, column), "blue");
        assertThat(blue.heatMap().values()).containsOnly(0);
        assertThat(red.probability() + 2 * blue.probability()).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void theOverlayIsLightWhereTheHeatIs() throws IOException {
    try (GradCam cam = GradCam.load(colors("features = map.relu().mean([2, 3])"), Device.CPU)) {
      Path image = image(Color.RED, 0, 3);
      Explanation explanation = cam.explain(Files.readAllBytes(image), "bytes", "red");
      BufferedImage read = ImageIO.read(image.toFile());
      BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(explanation.png()));
      assertThat(drawn.getWidth()).isEqualTo(64);
      assertThat(drawn.getHeight()).isEqualTo(64);
      for (int y = 0; y < 64; y += 7) {
        for (int x = 0; x < 64; x += 7) {
          assertThat(explanation.crop().getRGB(x, y)).isEqualTo(read.getRGB(x, y));
          assertThat(drawn.getRGB(x, y)).isEqualTo(explanation.overlay().getRGB(x, y));
        }
      }
      assertThat(new Color(drawn.getRGB(60, 3)).getGreen()).isGreaterThan(100); // yellow over red
      assertThat(new Color(drawn.getRGB(3, 60)).getGreen()).isLessThan(80); // violet over grey
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESNET18", "MOBILENET_V2", "EFFICIENTNET_B0", "CONVNEXT_TINY", "VIT_B_16"})
  void everyKindOfArchitectureIsExplained(Architecture architecture) throws IOException {
    Path model;
    try (Module module = architecture.build(5, 1)) {
      model = save(module, architecture.preprocessing());
    }
    Path image = image(Color.BLUE, 1, 2);
    try (GradCam cam = GradCam.load(model, Device.CPU);
        Predictor predictor = Predictor.load(model, ONE_BY_ONE)) {
      var prediction = predictor.predict(image).best();
      Explanation best = cam.explain(image, null);
      assertThat(best.label()).isEqualTo(prediction.label());
      assertThat(best.probability()).isCloseTo(prediction.probability(), within(1e-4));
      int side = architecture == Architecture.VIT_B_16 ? 14 : 7;
      assertThat(best.heatMap().rows()).isEqualTo(side);
      assertThat(best.heatMap().columns()).isEqualTo(side);
      assertThat(best.crop().getWidth()).isEqualTo(224);
      boolean anything = false;
      for (String label : COLORS) {
        float[] heat = cam.explain(image, label).heatMap().values();
        for (float value : heat) {
          anything |= value == 1;
        }
      }
      assertThat(anything).isTrue();
    }
  }

  @Test
  void anExplanationDoesNotDependOnTheOnesBeforeOrOnTheThreadsMode() throws IOException {
    Path model;
    try (Module module = Architecture.RESNET18.build(5, 1)) {
      model = save(module, 64);
    }
    Path image = image(Color.RED, 0, 1);
    try (GradCam cam = GradCam.load(model, Device.CPU)) {
      float[] first = cam.explain(image, "green").heatMap().values();
      cam.explain(image(Color.BLUE, 2, 2), "red");
      try (NoGrad guard = NoGrad.open()) {
        assertThat(cam.explain(image, "green").heatMap().values()).isEqualTo(first);
      }
    }
  }

  @Test
  void aNetworkWithoutAFeatureMapIsRefused() {
    Path model;
    try (Module module = TinyWorld.network("fc")) { // the mean colour is all that it looks at
      model = save(module, 32);
    }
    assertThatThrownBy(() -> GradCam.load(model, Device.CPU))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContaining("no feature map")
        .hasMessageContaining("resnet18");
  }

  @Test
  void aNetworkThatCannotBeDifferentiatedIsRefusedWithTheReason() {
    Path model =
        colors("features = torch.sigmoid(map.mean([2, 3])); features.mul_(2)".replace("; ", "\n"));
    assertThatThrownBy(() -> GradCam.load(model, Device.CPU))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContaining("cannot differentiate")
        .hasMessageContaining("inplace");
  }

  @Test
  void unknownClassesAndBadImagesAreRefusedAndLeaveItUsable() throws IOException {
    byte[] garbage = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    Path image = image(Color.RED, 0, 0);
    GradCam cam = GradCam.load(colors("features = map.relu().mean([2, 3])"), Device.CPU);
    try (cam) {
      assertThatThrownBy(() -> cam.explain(image, "pink"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"pink\"")
          .hasMessageContaining("red, green, blue");
      assertThatThrownBy(() -> cam.explain(garbage, "broken.jpg", "red"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("broken.jpg");
      assertThatThrownBy(() -> cam.explain(folder.resolve("none.jpg"), null))
          .isInstanceOf(ImageException.class);
      assertThat(cam.explain(image, "red").heatMap().at(0, 0)).isEqualTo(1);
    }
    cam.close();
    assertThatThrownBy(() -> cam.explain(image, "red")).isInstanceOf(IllegalStateException.class);
    try (GradCam small = GradCam.load(folder.resolve("colors.pt"), Device.CPU, 64 * 64 - 1)) {
      assertThatThrownBy(() -> small.explain(image, null)).isInstanceOf(ImageException.class);
    }
  }

  @Test
  void loadingAndClosingAgainAndAgainKeepsNothing() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "Skipped: needs /proc.");
    Path model;
    try (Module module = Architecture.RESNET18.build(5, 1)) {
      model = save(module, 64);
    }
    Path image = image(Color.RED, 0, 1);
    long before = 0;
    for (int i = 0; i <= 20; i++) {
      try (GradCam cam = GradCam.load(model, Device.CPU)) {
        cam.explain(image, null);
      }
      if (i == 5) {
        before = residentKiB();
      }
    }
    long grown = residentKiB() - before;
    System.out.printf("Resident: %+,d KiB in 15 times%n", grown);
    assertThat(grown).as("KiB; one model has 44,000").isLessThan(20_000);
  }

  private static long residentKiB() throws IOException {
    System.gc();
    Pointer.trimMemory();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
