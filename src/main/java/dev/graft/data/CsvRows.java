package dev.graft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.graft.torch.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a manifest as RFC 4180 has them, with a comma or a tab between the columns. */
final class CsvRows {
  private static final String TOO_LONG =
      " characters. Is a quote not closed, or is it no list of images?";

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
    try (CsvParser parser = mapper.getFactory().createParser(text)) {
      parser.setSchema(schema);
      return rows(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading text in memory.", e);
    }
  }

  private List<ManifestRow> rows(CsvParser parser) throws IOException {
    List<ManifestRow> rows = new ArrayList<>();
    try {
      Line first = line(parser);
      if (first == null) {
        return rows;
      }
      List<String> header = header(first);
      for (Line line = line(parser); line != null; line = line(parser)) {
        if (line.values().size() == header.size()) {
          problems.requireRoom(rows.size(), line.number());
          rows.add(row(header, line));
        } else {
          problems.add(
              line.number(),
              "it has "
                  + line.values().size()
                  + " columns, the first line "
                  + header.size()
                  + ". Quote values that hold the separator.");
        }
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw problems.fatal(
          parser.currentTokenLocation().getLineNr(),
          Printable.of(e.getOriginalMessage())
              + ". Close a quoted value, and double the quotes within it.");
    }
  }

  private static ManifestRow row(List<String> header, Line line) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      values.put(header.get(i), line.values().get(i));
    }
    return ManifestRow.of(line.number(), values);
  }

  private List<String> header(Line line) {
    List<String> names = line.values().stream().map(String::strip).toList();
    List<String> unknown = ManifestRow.unknown(names);
    String what = null;
    if (!unknown.isEmpty()) {
      what = "unknown columns: " + ManifestRow.list(unknown);
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

  /** The next line, or null at the end. */
  private @Nullable Line line(CsvParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      return null;
    }
    long number = parser.currentLocation().getLineNr();
    List<String> values = new ArrayList<>(ManifestRow.COLUMNS.size());
    int chars = 0;
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      values.add(parser.getText());
      chars += 1 + parser.getTextLength();
      if (chars > ManifestRow.MAX_CHARS) {
        throw problems.fatal(number, "it is longer than " + ManifestRow.MAX_CHARS + TOO_LONG);
      }
    }
    return new Line(number, values);
  }
}
