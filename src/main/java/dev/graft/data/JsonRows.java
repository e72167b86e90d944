package dev.graft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.graft.torch.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The rows of a manifest as JSON lines: an object a line. */
final class JsonRows {
  private static final String EXAMPLE =
      " Expected is, for example, {\"path\": \"cats/1.jpg\", \"label\": \"cats\"}.";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ManifestProblems problems;

  JsonRows(ManifestProblems problems) {
    this.problems = problems;
  }

  List<ManifestRow> read(String text) {
    List<ManifestRow> rows = new ArrayList<>();
    long number = 0;
    for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next();
      number++;
      if (line.length() > ManifestRow.MAX_CHARS) {
        throw problems.fatal(
            number, "it is longer than " + ManifestRow.MAX_CHARS + " characters." + EXAMPLE);
      } else if (!line.isBlank()) {
        Map<String, String> values = new HashMap<>();
        String wrong = read(line, values);
        if (wrong.isEmpty()) {
          problems.requireRoom(rows.size(), number);
          rows.add(ManifestRow.of(number, values));
        } else {
          problems.add(number, wrong + EXAMPLE);
        }
      }
    }
    return rows;
  }

  /** Fills in the values, or says what is wrong. */
  private static String read(String line, Map<String, String> values) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      return "it is no JSON: " + Printable.of(e.getOriginalMessage()) + ".";
    }
    if (!node.isObject()) {
      return "it is no JSON object.";
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        return Printable.of(field.getKey()) + " is no text in quotes.";
      }
      values.put(field.getKey(), field.getValue().textValue());
    }
    List<String> unknown = ManifestRow.unknown(values.keySet());
    if (!unknown.isEmpty()) {
      return "unknown names: "
          + ManifestRow.list(unknown)
          + "; known are "
          + String.join(", ", ManifestRow.COLUMNS)
          + ".";
    }
    return "";
  }
}
