package dev.graft.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A side whose work is done, again and again, by a worker that has it prepared. */
final class WorkerSide implements Side {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String label;
  private final Worker worker;
  private final boolean shared;
  private final int repeat;
  private final int items;
  private final Path answers;

  private WorkerSide(
      String label, Worker worker, boolean shared, int repeat, int items, Path answers) {
    this.label = label;
    this.worker = worker;
    this.shared = shared;
    this.repeat = repeat;
    this.items = items;
    this.answers = answers;
  }

  /**
   * Says how to prepare a side.
   *
   * @param label its name
   * @param launch how its worker is started
   * @param job what it does
   * @param repeat how often in one turn; a turn's time is their mean
   */
  static Opening of(String label, Launch launch, Job job, int repeat) {
    return opening(label, launch, job, repeat, 1);
  }

  /** The same for a job of many items that is done once a turn; the time is that of one item. */
  static Opening perItem(String label, Launch launch, Job job, int items) {
    return opening(label, launch, job, 1, items);
  }

  private static Opening opening(String label, Launch launch, Job job, int repeat, int items) {
    return session -> {
      Worker worker = session.worker(launch);
      var side =
          new WorkerSide(
              label,
              worker,
              launch.shared(),
              session.repeats(repeat),
              items,
              session.file("answer.f32"));
      try {
        worker.ask(Map.of("do", "open", "name", label, "spec", job.spec(session)));
        return side;
      } catch (RuntimeException e) {
        side.close();
        throw e;
      }
    };
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Turn turn() {
    JsonNode reply = worker.ask(Map.of("do", "run", "name", label, "repeat", repeat));
    double sum = 0;
    for (JsonNode seconds : reply.get("seconds")) {
      sum += seconds.asDouble();
    }
    Map<String, Double> metrics = new LinkedHashMap<>(); // Python's worker has none
    for (Map.Entry<String, JsonNode> metric : reply.path("metrics").properties()) {
      metrics.put(metric.getKey(), metric.getValue().asDouble());
    }
    return new Turn(sum / repeat / items, reply.path("resident").asLong(), metrics);
  }

  @Override
  public float[] answer() {
    worker.ask(Map.of("do", "answer", "name", label, "file", answers.toString()));
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(answers));
      float[] values = new float[bytes.capacity() / Float.BYTES];
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Object> facts() {
    return JSON.convertValue(worker.ask(Map.of("do", "facts")), new TypeReference<>() {});
  }

  /** A shared worker is ended with the row. */
  @Override
  public void close() {
    if (!shared) {
      worker.close();
    }
  }
}
