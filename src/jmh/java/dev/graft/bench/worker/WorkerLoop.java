package dev.graft.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads orders and answers them until standard input ends. */
final class WorkerLoop {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Function<Spec, Workload> opener;
  private final Supplier<Map<String, Object>> facts;
  private final Map<String, Workload> workloads = new HashMap<>();

  WorkerLoop(Function<Spec, Workload> opener, Supplier<Map<String, Object>> facts) {
    this.opener = opener;
    this.facts = facts;
  }

  /** Serves; whatever a library prints goes to standard error. */
  void serve() throws IOException {
    PrintStream replies = System.out;
    System.setOut(System.err);
    var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      replies.println(JSON.writeValueAsString(reply(line)));
      replies.flush();
    }
    workloads.values().forEach(Workload::close);
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the driver keeps standard error in a file
  private Map<String, Object> reply(String line) {
    try {
      return obey(JSON.readTree(line));
    } catch (UnsupportedOperationException e) {
      return Map.of("unsupported", String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException | LinkageError e) {
      e.printStackTrace();
      return Map.of("error", e.toString());
    }
  }

  private Map<String, Object> obey(JsonNode order) throws IOException {
    String what = order.path("do").asText();
    String name = order.path("name").asText();
    switch (what) {
      case "open" -> workloads.put(name, opener.apply(new Spec(order.path("spec"))));
      case "answer" -> write(Path.of(order.path("file").asText()), named(name).answer());
      case "run" -> {
        Workload work = named(name);
        List<Double> seconds = run(work, order.path("repeat").asInt());
        return Map.of("seconds", seconds, "resident", resident(), "metrics", work.metrics());
      }
      case "facts" -> {
        return facts.get();
      }
      default -> throw new IllegalArgumentException("Unknown order \"" + what + "\".");
    }
    return Map.of("done", what);
  }

  private Workload named(String name) {
    Workload workload = workloads.get(name);
    if (workload == null) {
      throw new IllegalStateException("Nothing is open as \"" + name + "\".");
    }
    return workload;
  }

  private static List<Double> run(Workload work, int repeat) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < repeat; i++) {
      work.prepare();
      long start = System.nanoTime();
      work.once();
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return seconds;
  }

  private static void write(Path file, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }

  /** Resident memory in bytes, or 0 where the system does not say. */
  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
