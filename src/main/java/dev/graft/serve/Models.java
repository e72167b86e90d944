package dev.graft.serve;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models of a server, by name; the first is who answers where none is named. */
final class Models implements AutoCloseable {
  private final Map<String, ServedModel> byName = new LinkedHashMap<>();
  private final ServedModel first;

  Models(List<ServedModel> models) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("There is no model to serve.");
    }
    first = models.get(0);
    for (ServedModel model : models) {
      if (byName.put(model.name(), model) != null) {
        throw new IllegalArgumentException(
            "Two models are called " + model.name() + "; call one otherwise: NAME=FILE.");
      }
    }
  }

  /** The model of that name; the first one if none is named. */
  ServedModel find(@Nullable String name) {
    if (name == null) {
      return first;
    }
    ServedModel model = byName.get(name);
    if (model == null) {
      throw new Problem(
          Problem.NOT_FOUND, "There is no model of that name; served are " + byName.keySet() + ".");
    }
    return model;
  }

  Collection<ServedModel> all() {
    return byName.values();
  }

  /** What {@code /models} says. */
  Map<String, Object> description() {
    return Map.of("models", all().stream().map(ServedModel::description).toList());
  }

  @Override
  public void close() {
    byName.values().forEach(ServedModel::close);
  }
}
