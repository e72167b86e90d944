package dev.graft.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What a worker prepares: the settings of its {@code spec}, some of which only the session knows.
 *
 * @param settings by name
 */
record Job(Map<String, Function<Session, Object>> settings) {
  /** A job on the common model and the fixed input. */
  static Job of(String workload) {
    return new Job(Map.of())
        .with("workload", workload)
        .with("weights", session -> session.weights().toString())
        .with("model", session -> session.file("model.pt").toString())
        .with("input", session -> session.file("input.f32").toString());
  }

  Job with(String name, Object value) {
    return with(name, session -> value);
  }

  Job with(String name, Function<Session, Object> value) {
    Map<String, Function<Session, Object>> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new Job(more);
  }

  Map<String, Object> spec(Session session) {
    Map<String, Object> spec = new LinkedHashMap<>();
    settings.forEach((name, value) -> spec.put(name, value.apply(session)));
    return spec;
  }
}
