package dev.graft.data;

import dev.graft.torch.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

  /** The longest row: none has three values that long. */
  static final int MAX_CHARS = 1 << 16;

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

  /** The first few of some names from a manifest, to be shown. */
  static String list(List<String> names) {
    String shown = names.stream().limit(10).map(Printable::of).collect(Collectors.joining(", "));
    return names.size() > 10 ? shown + " and others" : shown;
  }
}
