package dev.graft.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/** A run's folder as graft train writes it, made without training. */
final class RunOnDisk {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;
  private final List<String> classes;

  RunOnDisk(Path folder, List<String> classes) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.classes = classes;
    config(Map.of());
  }

  /** Writes config.json with some settings changed. */
  RunOnDisk config(Map<String, Object> changed) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("data", "images");
    config.put("weights", "resnet18");
    config.put("freeze", "none");
    config.put("image-size", 32);
    config.put("epochs", 3);
    config.put("lr", 0.001);
    config.put("classes", classes);
    config.put("train-images", 20);
    config.put("val-images", 10);
    config.put("data-digest", "12ab");
    config.putAll(changed);
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    return this;
  }

  /** Writes metrics.jsonl: a training and a validation loss for each epoch. */
  RunOnDisk epochs(double... losses) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int epoch = 0; epoch < losses.length; epoch++) {
      for (String phase : List.of("train", "val")) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("epoch", epoch);
        line.put("phase", phase);
        line.put("loss", losses[epoch]);
        line.put("acc", 1 / (1 + losses[epoch]));
        line.put("lr", 0.001);
        line.put("images", 10);
        line.put("seconds", 2.5);
        lines.add(JSON.writeValueAsString(line));
      }
    }
    Files.write(folder.resolve("metrics.jsonl"), lines);
    return this;
  }

  /** Writes validation.jsonl: an image of a label, answered with a class. */
  RunOnDisk answers(int[] labels, int[] answered, String ending) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      double probability = 0.6 + 0.39 * i / labels.length;
      double own = labels[i] == answered[i] ? probability : 1 - probability;
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("file", "val/" + i + ending);
      line.put("label", classes.get(labels[i]));
      line.put("class", classes.get(answered[i]));
      line.put("probability", probability);
      line.put("loss", -Math.log(own));
      line.put("in_top5", true);
      lines.add(JSON.writeValueAsString(line));
    }
    Files.write(folder.resolve("validation.jsonl"), lines);
    return this;
  }

  /** Parses a page as XML, which is stricter than HTML. */
  static Document parse(String html) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
      return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
    } catch (Exception e) {
      throw new AssertionError("The page is not well-formed: " + e.getMessage(), e);
    }
  }
}
