package dev.graft.serve;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Writes a line of JSON for each request. */
final class AccessLog {
  private final Consumer<String> lines;

  AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void log(Context context, float millis) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("id", context.res().getHeader(Gate.REQUEST_ID));
    line.put("client", context.ip());
    line.put("method", context.req().getMethod());
    line.put("path", context.path());
    line.put("status", context.statusCode());
    line.put("ms", Math.round(millis * 100) / 100.0);
    line.put("bytes_in", context.req().getContentLengthLong());
    line.put("agent", String.valueOf(context.userAgent()));
    lines.accept(new String(Reply.bytes(line), StandardCharsets.UTF_8));
  }
}
