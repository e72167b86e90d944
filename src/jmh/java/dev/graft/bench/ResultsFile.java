package dev.graft.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.bench.RowResult.Measured;
import dev.graft.bench.RowResult.NotMeasured;
import dev.graft.bench.RowResult.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as JSON, with every single time. */
final class ResultsFile {
  private ResultsFile() {}

  static void write(
      Path file, Settings settings, Map<String, Object> machine, List<RowResult> results)
      throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("smokeTest", settings.quick());
    all.put("machine", machine);
    all.put("rows", results.stream().map(ResultsFile::row).toList());
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
  }

  private static Map<String, Object> row(RowResult result) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", result.row().name());
    row.put("what", result.row().what());
    row.put("target", result.row().target().text());
    if (result instanceof NotMeasured none) {
      row.put("state", none.state());
      row.put("reason", none.reason());
    } else if (result instanceof Measured measured) {
      row.put("state", "MEASURED");
      measured(row, measured);
    }
    return row;
  }

  private static void measured(Map<String, Object> row, Measured measured) {
    row.put("met", measured.met());
    row.put("clean", measured.interference().isClean());
    row.put("othersShare", measured.interference().othersShare());
    row.put("ourShare", measured.interference().ourShare());
    row.put("loadBefore", measured.loadBefore());
    row.put("loadAfter", measured.loadAfter());
    row.put("agreement", measured.agreement());
    PairedRatio ratio = measured.ratio();
    if (ratio != null) {
      row.put("ratioIs", measured.row().target().isCost() ? "ours / theirs" : "theirs / ours");
      row.put("ratio", ratio.value());
      row.put("interval95", List.of(ratio.low(), ratio.high()));
    }
    if (!Double.isNaN(measured.memory())) {
      row.put("residentRatio", measured.memory());
    }
    row.put("ours", sample(measured.subject()));
    if (measured.peer() != null) {
      row.put("theirs", sample(measured.peer()));
    }
  }

  private static Map<String, Object> sample(Sample sample) {
    Map<String, Object> side = new LinkedHashMap<>();
    Summary times = Summary.of(sample.seconds());
    side.put("side", sample.label());
    side.put("median", times.median());
    side.put("min", times.min());
    side.put("max", times.max());
    side.put("seconds", sample.seconds());
    side.put("resident", sample.resident());
    if (!sample.medians().isEmpty()) {
      side.put("metricMedians", sample.medians());
      side.put("metrics", sample.metrics());
    }
    side.put("facts", sample.facts());
    return side;
  }
}
