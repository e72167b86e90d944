package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Module;
import dev.graft.torch.Printable;
import dev.graft.weights.WeightsException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * Checks and copies the names.
   *
   * @param classes names, by class index ({@code classes.json})
   * @param preprocessing how images become tensors ({@code preprocessing.json})
   * @param head the layer that was grafted ({@code head.json})
   * @param architecture the class name of the module, such as ResNet ({@code head.json})
   * @throws IllegalArgumentException if a name is blank, holds a control character or is there
   *     twice, or if the head has another number of classes
   */
  public Card {
    classes = List.copyOf(classes);
    requireNames(classes);
    if (classes.size() != head.classes()) {
      throw new IllegalArgumentException(
          "there are " + classes.size() + " class names, but the head has " + head.classes());
    }
    if (architecture.isBlank()) {
      throw new IllegalArgumentException("the architecture has no name");
    }
  }

  /** Refuses names that could not be told apart, or would not print. */
  static void requireNames(List<String> classes) {
    Set<String> known = new HashSet<>();
    for (String name : classes) {
      if (name.isBlank() || Printable.holdsControl(name)) {
        throw new IllegalArgumentException(
            "the class name \"" + Printable.of(name) + "\" is blank or holds a control character");
      }
      if (!known.add(name)) {
        throw new IllegalArgumentException("two classes have the same name, " + Printable.of(name));
      }
    }
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
                new TreeMap<>(provenance.metrics()),
                "created",
                provenance.created())));
    return files;
  }

  /**
   * Reads the card of an artefact without loading libtorch.
   *
   * @param file a {@code model.pt}
   * @return its card
   * @throws ModelException if the file is TorchScript but no artefact of graft, or of a newer one,
   *     or if what it says of itself is damaged
   */
  public static Card read(Path file) {
    SideFile preprocessing = SideFile.read(file, PREPROCESSING);
    SideFile head = SideFile.read(file, HEAD);
    requireKnownFormat(file);
    try {
      return new Card(
          SideFile.read(file, CLASSES).texts(),
          new Preprocessing(
              preprocessing.integer("image_size"),
              preprocessing.integer("resize"),
              preprocessing.numbers("mean"),
              preprocessing.numbers("std")),
          new Head(
              head.text("head"),
              head.integer("features"),
              head.integer("classes"),
              head.truth("bias")),
          head.text("architecture"));
    } catch (IllegalArgumentException e) {
      throw SideFile.damaged(file, e);
    }
  }

  /**
   * Reads the card of an artefact and checks that its head is in the module.
   *
   * @throws ModelException as for {@link #read(Path)}, and if the module has no such head
   */
  static Card read(Path file, Module module) {
    Card card = read(file);
    try {
      card.head.requireIn(module);
      return card;
    } catch (IllegalArgumentException e) {
      throw SideFile.damaged(file, e);
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
    return SideFile.read(file, PROVENANCE).json();
  }

  private static void requireKnownFormat(Path file) {
    int format = SideFile.read(file, PROVENANCE).json().path("format").asInt();
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
