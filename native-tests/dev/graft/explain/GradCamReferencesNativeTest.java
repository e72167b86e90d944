package dev.graft.explain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.Formula;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the heat maps that PyTorch computes (scripts/make-explain-references.py). */
class GradCamReferencesNativeTest {
  private static final List<String> CLASSES = List.of("0", "1", "2");

  /** Of heat, whose largest value is 1. */
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @EnumSource(names = {"RESNET18", "VIT_B_16"})
  void theMapsArePythons(Architecture architecture, @TempDir Path folder) {
    List<String[]> lines =
        new String(bytes("index.tsv"), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.split("\t"))
            .filter(line -> line[0].equals(architecture.label()))
            .toList();
    assertThat(lines).hasSize(15);
    FloatBuffer maps =
        ByteBuffer.wrap(bytes(architecture.label() + ".f32"))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    Path model = folder.resolve("model.pt");
    save(architecture, Double.parseDouble(lines.get(0)[1]), model);
    int varied = 0;
    double least = 1;
    double worst = 0;
    try (GradCam cam = GradCam.load(model, Device.CPU)) {
      for (String[] line : lines) {
        Explanation explanation = cam.explain(bytes(line[2]), line[2], line[3]);
        assertThat(explanation.probability()).isCloseTo(Double.parseDouble(line[4]), within(1e-5));
        float[] heat = explanation.heatMap().values();
        float[] expected = new float[heat.length];
        maps.get(expected);
        for (int i = 0; i < heat.length; i++) {
          worst = Math.max(worst, Math.abs(heat[i] - expected[i]));
        }
        double correlation = correlation(heat, expected);
        if (!Double.isNaN(correlation)) { // a map that is 0 everywhere
          varied++;
          least = Math.min(least, correlation);
        }
      }
    }
    System.out.printf(
        "%s: largest difference %.2g, lowest correlation %.7f%n", architecture, worst, least);
    assertThat(maps.hasRemaining()).isFalse();
    assertThat(varied).isGreaterThanOrEqualTo(14);
    assertThat(least).isGreaterThan(0.99999);
    assertThat(worst).isLessThan(TOLERANCE);
  }

  private static void save(Architecture architecture, double gain, Path file) {
    var config = new GraftConfig(CLASSES, architecture.preprocessing(), 1, null);
    try (Module module = architecture.build(3, 1);
        Classifier classifier = Classifier.graft(module, Device.CPU, config)) {
      Formula.fill(classifier.module(), gain);
      classifier.save(file, Provenance.none());
    }
  }

  private static double correlation(float[] a, float[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static byte[] bytes(String name) {
    try (InputStream in =
        GradCamReferencesNativeTest.class.getResourceAsStream("references/" + name)) {
      return requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
