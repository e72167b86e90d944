package dev.graft.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.torch.Printable;
import dev.graft.weights.TorchScriptFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One of the JSON side files of a {@code model.pt}. Whatever is not as graft writes it is refused
 * with a {@link ModelException} that names the file.
 */
final class SideFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String name;
  private final JsonNode json;

  private SideFile(Path file, String name, JsonNode json) {
    this.file = file;
    this.name = name;
    this.json = json;
  }

  static SideFile read(Path file, String name) {
    String text = TorchScriptFile.readExtra(file, name).orElseThrow(() -> foreign(file, name));
    try {
      return new SideFile(file, name, JSON.readTree(text));
    } catch (JsonProcessingException e) {
      String why = name + " is no JSON: " + Printable.of(e.getOriginalMessage());
      throw damaged(file, new IllegalArgumentException(why, e));
    }
  }

  private static ModelException foreign(Path file, String name) {
    return new ModelException(
        file
            + " is TorchScript, but not a model that graft saved: it has no "
            + name
            + ". Train one with graft train --weights "
            + file
            + ".");
  }

  static ModelException damaged(Path file, IllegalArgumentException why) {
    return new ModelException(
        file
            + ": its side files are damaged: "
            + Printable.message(String.valueOf(why.getMessage()))
            + ". Copy it again, or train it again.",
        why);
  }

  JsonNode json() {
    return json;
  }

  /** The file as a list of texts. */
  List<String> texts() {
    return list(json, "it", JsonNode::isTextual, JsonNode::textValue, "texts");
  }

  String text(String field) {
    JsonNode value = json.path(field);
    require(value.isTextual(), field, "a text");
    return value.textValue();
  }

  int integer(String field) {
    JsonNode value = json.path(field);
    require(value.isIntegralNumber() && value.canConvertToInt(), field, "an integer");
    return value.intValue();
  }

  boolean truth(String field) {
    JsonNode value = json.path(field);
    require(value.isBoolean(), field, "true or false");
    return value.booleanValue();
  }

  List<Double> numbers(String field) {
    return list(json.path(field), field, JsonNode::isNumber, JsonNode::doubleValue, "numbers");
  }

  private <T> List<T> list(
      JsonNode array, String what, Predicate<JsonNode> is, Function<JsonNode, T> as, String kind) {
    List<T> items = new ArrayList<>();
    require(array.isArray(), what, "a list of " + kind);
    for (JsonNode item : array) {
      require(is.test(item), what, "a list of " + kind);
      items.add(as.apply(item));
    }
    return List.copyOf(items);
  }

  private void require(boolean met, String what, String wanted) {
    if (!met) {
      throw damaged(
          file, new IllegalArgumentException("in " + name + ", " + what + " is not " + wanted));
    }
  }
}
