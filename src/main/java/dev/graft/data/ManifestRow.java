package dev.graft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a row of a manifest says, before it is checked.
 *
 * @param line where the row begins, from 1
 * @param path as it is written
 * @param label without surrounding spaces
 * @param split without surrounding spaces, or null if the row has none
 */
record ManifestRow(long line, String path, String label, @Nullable String split) {
  static final List<String> COLUMNS = List.of("path", "label", "split");

  static ManifestRow of(long line, Map<String, String> values) {
    String split = values.get("split");
    return new ManifestRow(
        line,
        values.getOrDefault("path", ""),
        values.getOrDefault("label", "").strip(),
        split == null ? null : split.strip());
  }

  static List<String> unknown(Iterable<String> names) {
    List<String> unknown = new ArrayList<>();
    names.forEach(unknown::add);
    unknown.removeAll(COLUMNS);
    return unknown;
  }
}
