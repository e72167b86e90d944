package dev.graft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A side whose turn is a process from its start to its end. */
final class ProcessSide implements Side {
  private final Session session;
  private final String label;
  private final List<String> command;
  private final double extrapolation;
  private final Opening answering;

  private ProcessSide(
      Session session,
      String label,
      List<String> command,
      double extrapolation,
      Opening answering) {
    this.session = session;
    this.label = label;
    this.command = command;
    this.extrapolation = extrapolation;
    this.answering = answering;
  }

  /**
   * Says how to prepare a side.
   *
   * @param label its name
   * @param command what is run
   * @param answering the worker that answers in its place whether both sides compute the same
   */
  static Opening of(String label, Function<Session, List<String>> command, Opening answering) {
    return session -> new ProcessSide(session, label, command.apply(session), 1, answering);
  }

  /**
   * Says how to prepare a side that does only a part of the work. It prints the seconds of that
   * part as a worker does; those are multiplied, the rest of its time counts once.
   */
  static Opening extrapolated(
      String label, Function<Session, List<String>> command, double factor, Opening answering) {
    return session -> new ProcessSide(session, label, command.apply(session), factor, answering);
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Turn turn() {
    Path output = session.file("process.out");
    Path log = session.newLog("process");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(log.toFile());
    Launch.clean(builder.environment());
    try {
      long start = System.nanoTime();
      int status = builder.start().waitFor();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (status != 0) {
        throw new IllegalStateException(label + " ended with " + status + "; see " + log + ".");
      }
      return new Turn(extrapolation == 1 ? seconds : extrapolate(seconds, output), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted.", e);
    }
  }

  private double extrapolate(double seconds, Path output) throws IOException {
    JsonNode part = new ObjectMapper().readTree(Files.readString(output)).path("seconds").path(0);
    return seconds + (extrapolation - 1) * part.asDouble();
  }

  @Override
  public float[] answer() {
    try (Side worker = answering.open(session)) {
      return worker.answer();
    }
  }

  @Override
  public Map<String, Object> facts() {
    try (Side worker = answering.open(session)) {
      return worker.facts();
    }
  }

  @Override
  public void close() {}
}
