package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Top5NativeTest {
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(32);

  @TempDir Path folder;

  /** 101 logits a row that are one of six numbers: the fifth place is always among equals. */
  @Test
  void ofEqualLogits_takesThoseThatPythonTakes() throws IOException {
    JsonNode python;
    try (InputStream in =
        Top5.class.getResourceAsStream("/dev/graft/torch/references/ranks.json")) {
      python = new ObjectMapper().readTree(in);
    }
    JsonNode values = python.get("wide values");
    float[] flat = new float[values.size() * 101];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.get(i / 101).get(i % 101).floatValue();
    }
    try (Tensor logits = Tensor.copyOf(flat, values.size(), 101)) {
      Top5 top5 = Top5.of(logits);
      for (int row = 0; row < values.size(); row++) {
        List<Integer> held = new ArrayList<>();
        for (int label = 0; label < 101; label++) {
          if (top5.holds(row, label)) {
            held.add(label);
          }
        }
        List<Integer> expected = new ArrayList<>();
        python.get("wide top5").get(row).forEach(label -> expected.add(label.intValue()));
        assertThat(held).as("row " + row).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void atMostFiveClasses_areAllAmongTheFive() {
    try (Tensor logits = Tensor.copyOf(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, 2, 5)) {
      assertThat(Top5.of(logits).holds(1, 4)).isTrue();
    }
  }

  @Test
  void evaluatesWhatTheLogitsSay() throws IOException {
    ImageFolders data = ImageFolders.open(TinyWorld.draw(folder, 1, 20));
    List<String> seven = List.of("blue", "green", "red", "a", "b", "c", "d");
    try (Classifier classifier =
            Classifier.graft(
                TinyWorld.network("fc"),
                Device.CPU,
                new GraftConfig(seven, PREPROCESSING, 1, null));
        var loader =
            new DataLoader(
                data.val(),
                PREPROCESSING,
                DataLoader.Mode.EVAL,
                new LoaderConfig(7, 2, 2, 5, MemoryFormat.CHANNELS_LAST))) {
      Evaluation evaluation =
          Evaluator.evaluate(classifier, loader, Device.CPU, Precision.FP32, () -> false);

      List<Boolean> expected = expected(classifier, loader);
      assertThat(evaluation.answers()).extracting(Evaluation.Answer::inTop5).isEqualTo(expected);
      assertThat(expected).contains(true, false);
      double share = expected.stream().filter(in -> in).count() / 60.0;
      assertThat(evaluation.top5Accuracy()).isEqualTo(OptionalDouble.of(share));
    }
  }

  private static List<Boolean> expected(Classifier classifier, DataLoader loader) {
    List<Boolean> expected = new ArrayList<>();
    classifier.eval();
    try (Batches batches = loader.epoch(0)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor logits = classifier.forward(batch.inputs())) {
          float[] values = logits.toFloatArray();
          for (int row = 0; row < batch.size(); row++) {
            int larger = 0;
            for (int c = 0; c < 7; c++) {
              int label = batch.samples().get(row).label();
              larger += values[7 * row + c] > values[7 * row + label] ? 1 : 0;
            }
            expected.add(larger < 5);
          }
        }
      }
    }
    return expected;
  }
}
