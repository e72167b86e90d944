package dev.graft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that does jobs; see {@code dev.graft.bench.worker}. */
final class Worker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final BufferedReader replies;
  private final BufferedWriter orders;

  private Worker(Process process, Path log) {
    this.process = process;
    this.log = log;
    replies = process.inputReader();
    orders = process.outputWriter();
  }

  static Worker start(Session session, Launch launch) {
    Path log = session.newLog(launch.kind().name());
    ProcessBuilder builder = launch.process(session).redirectError(log.toFile());
    try {
      return new Worker(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends an order and waits for its answer.
   *
   * @throws MissingException if the worker can't do such jobs
   * @throws IllegalStateException if the job failed or the worker ended
   */
  JsonNode ask(Map<String, Object> order) {
    try {
      orders.write(json(order));
      orders.newLine();
      orders.flush();
      String line = replies.readLine();
      if (line == null) {
        throw new IllegalStateException("The worker ended; see " + log + ".");
      }
      JsonNode reply = JSON.readTree(line);
      if (reply.has("unsupported")) {
        throw new MissingException(reply.get("unsupported").asText());
      }
      if (reply.has("error")) {
        throw new IllegalStateException(reply.get("error").asText() + "; see " + log + ".");
      }
      return reply;
    } catch (IOException e) {
      throw new IllegalStateException("The worker ended (" + e.getMessage() + "); see " + log, e);
    }
  }

  /** An order or a spec as text. */
  static String json(Map<String, Object> order) {
    try {
      return JSON.writeValueAsString(order);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it end by itself, then ends it. */
  @Override
  public void close() {
    try {
      orders.close();
    } catch (IOException e) {
      process.destroy(); // it has ended, or does not listen
    }
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
