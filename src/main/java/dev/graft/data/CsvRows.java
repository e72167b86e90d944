package dev.graft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The rows of a manifest as RFC 4180 has them, with a comma or a tab between the columns. */
final class CsvRows {
  private record Line(long number, List<String> values) {}

  private final ManifestProblems problems;
  private final String between;
  private final CsvMapper mapper;
  private final CsvSchema schema;

  CsvRows(ManifestProblems problems, char separator) {
    this.problems = problems;
    this.between = separator == ',' ? "commas" : "tabs";
    this.mapper = CsvMapper.builder().enable(CsvParser.Feature.SKIP_EMPTY_LINES).build();
    this.schema = CsvSchema.emptySchema().withColumnSeparator(separator);
  }

  List<ManifestRow> read(String text) {
    List<Line> lines = lines(text);
    if (lines.isEmpty()) {
      return List.of();
    }
    List<String> header = header(lines.get(0));
    List<ManifestRow> rows = new ArrayList<>();
    for (Line line : lines.subList(1, lines.size())) {
      if (line.values().size() != header.size()) {
        problems.add(
            line.number(),
            "it has "
                + line.values().size()
                + " columns, the first line "
                + header.size()
                + ". Quote values that hold the separator.");
        continue;
      }
      Map<String, String> values = new HashMap<>();
      for (int i = 0; i < header.size(); i++) {
        values.put(header.get(i), line.values().get(i));
      }
      rows.add(ManifestRow.of(line.number(), values));
    }
    return rows;
  }

  private List<String> header(Line line) {
    List<String> names = line.values().stream().map(String::strip).toList();
    List<String> unknown = ManifestRow.unknown(names);
    String what = null;
    if (!unknown.isEmpty()) {
      what = "unknown columns: " + String.join(", ", unknown);
    } else if (new HashSet<>(names).size() != names.size()) {
      what = "a column comes twice";
    } else if (!names.contains("path") || !names.contains("label")) {
      what = "no column " + (names.contains("path") ? "label" : "path");
    }
    if (what != null) {
      throw problems.fatal(
          line.number(),
          what
              + ". The first line names the columns, with "
              + between
              + " between them: path, label and, if you like, split.");
    }
    return names;
  }

  private List<Line> lines(String text) {
    try (CsvParser parser = mapper.getFactory().createParser(text)) {
      parser.setSchema(schema);
      return lines(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading text in memory.", e);
    }
  }

  private List<Line> lines(CsvParser parser) throws IOException {
    List<Line> lines = new ArrayList<>();
    try {
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        long number = parser.currentLocation().getLineNr();
        List<String> values = new ArrayList<>();
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
          values.add(parser.getText());
        }
        lines.add(new Line(number, values));
      }
      return lines;
    } catch (JsonProcessingException e) {
      throw problems.fatal(
          parser.currentTokenLocation().getLineNr(),
          e.getOriginalMessage() + ". Close a quoted value, and double the quotes within it.");
    }
  }
}
