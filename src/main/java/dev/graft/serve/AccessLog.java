package dev.graft.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes a line of JSON for each request. What clients send cannot break it, nor rule a terminal.
 */
final class AccessLog {
  private static final int LONGEST = 200;
  private static final ObjectWriter JSON =
      new ObjectMapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private final Consumer<String> lines;

  AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void log(Context context, float millis) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("id", context.res().getHeader(Gate.REQUEST_ID));
    line.put("client", context.ip());
    line.put("method", shortened(context.req().getMethod()));
    line.put("path", shortened(context.path()));
    line.put("status", context.statusCode());
    line.put("ms", Math.round(millis * 100) / 100.0);
    line.put("bytes_in", context.req().getContentLengthLong());
    line.put("agent", shortened(String.valueOf(context.userAgent())));
    lines.accept(json(line));
  }

  static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  static String json(Map<String, Object> line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON: " + line, e);
    }
  }
}
