package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.Preprocessing;
import dev.graft.weights.TorchScriptFile;
import dev.graft.weights.WeightsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an artefact says of itself beside its weights; the extra files inside {@code model.pt}.
 *
 * @param classes names, by class index ({@code classes.json})
 * @param preprocessing how images become tensors ({@code preprocessing.json})
 * @param head the layer that was grafted ({@code head.json})
 * @param architecture the class name of the module, such as ResNet ({@code head.json})
 */
public record Card(
    List<String> classes, Preprocessing preprocessing, Head head, String architecture) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASSES = "classes.json";
  private static final String PREPROCESSING = "preprocessing.json";
  private static final String HEAD = "head.json";
  private static final String PROVENANCE = "provenance.json";

  /**
   * Copies the names.
   *
   * @param classes names, by class index ({@code classes.json})
   * @param preprocessing how images become tensors ({@code preprocessing.json})
   * @param head the layer that was grafted ({@code head.json})
   * @param architecture the class name of the module, such as ResNet ({@code head.json})
   */
  public Card {
    classes = List.copyOf(classes);
  }

  Map<String, byte[]> toExtraFiles(Provenance provenance) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(CLASSES, bytes(classes));
    files.put(
        PREPROCESSING,
        bytes(
            ordered(
                "image_size", preprocessing.imageSize(),
                "resize", preprocessing.resize(),
                "mean", preprocessing.mean(),
                "std", preprocessing.std(),
                "orientation", "ignore")));
    files.put(
        HEAD,
        bytes(
            ordered(
                "head", head.name(),
                "features", head.features(),
                "classes", head.classes(),
                "bias", head.bias(),
                "architecture", architecture)));
    files.put(
        PROVENANCE,
        bytes(
            ordered(
                "format",
                Provenance.FORMAT,
                "versions",
                new TreeMap<>(provenance.versions()),
                "seed",
                provenance.seed(),
                "config",
                new TreeMap<>(provenance.config()),
                "data_digest",
                provenance.dataDigest(),
                "metrics",
                new TreeMap<>(provenance.metrics()))));
    return files;
  }

  /**
   * Reads the card of an artefact without loading libtorch.
   *
   * @param file a {@code model.pt}
   * @return its card
   * @throws ModelException if the file is TorchScript but no artefact of graft, or of a newer one
   */
  public static Card read(Path file) {
    JsonNode preprocessing = json(file, PREPROCESSING);
    JsonNode head = json(file, HEAD);
    requireKnownFormat(file);
    try {
      return new Card(
          JSON.convertValue(json(file, CLASSES), new TypeReference<List<String>>() {}),
          new Preprocessing(
              preprocessing.required("image_size").intValue(),
              preprocessing.required("resize").intValue(),
              doubles(preprocessing.required("mean")),
              doubles(preprocessing.required("std"))),
          new Head(
              head.required("head").textValue(),
              head.required("features").intValue(),
              head.required("classes").intValue(),
              head.required("bias").booleanValue()),
          head.required("architecture").textValue());
    } catch (IllegalArgumentException e) {
      throw new ModelException(file + ": its side files are damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the card of a model that graft saved, without loading libtorch.
   *
   * @param file any TorchScript
   * @return its card, or empty if it has none, or a damaged one
   */
  static Optional<Card> find(Path file) {
    try {
      return Optional.of(read(file));
    } catch (ModelException | WeightsException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the provenance of an artefact without loading libtorch.
   *
   * @param file a {@code model.pt}
   * @return the content of {@code provenance.json}
   */
  public static JsonNode readProvenance(Path file) {
    return json(file, PROVENANCE);
  }

  private static void requireKnownFormat(Path file) {
    int format = json(file, PROVENANCE).path("format").asInt();
    if (format != Provenance.FORMAT) {
      throw new ModelException(
          file
              + " has format "
              + format
              + "; this version of graft reads "
              + Provenance.FORMAT
              + ".");
    }
  }

  private static JsonNode json(Path file, String name) {
    String text =
        TorchScriptFile.readExtra(file, name)
            .orElseThrow(
                () ->
                    new ModelException(
                        file
                            + " is TorchScript, but not a model that graft saved: it has no "
                            + name
                            + ". Train one with graft train --weights "
                            + file
                            + "."));
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ModelException(file + ": its " + name + " is damaged.", e);
    }
  }

  private static List<Double> doubles(JsonNode array) {
    return JSON.convertValue(array, new TypeReference<List<Double>>() {});
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON: " + value, e);
    }
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
