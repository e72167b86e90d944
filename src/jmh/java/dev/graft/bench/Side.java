package dev.graft.bench;

import java.util.Map;

/** One of the two things that a row compares, ready to run. */
interface Side extends AutoCloseable {
  /** Prepares a side; a {@link MissingException} skips the row. */
  @FunctionalInterface
  interface Opening {
    Side open(Session session);
  }

  /** What the table calls it. */
  String label();

  /** Does the work and tells how long it took. */
  Turn turn();

  /** What it computes for the fixed input: logits or pixels. */
  float[] answer();

  /** Versions, thread counts and the like. */
  Map<String, Object> facts();

  @Override
  void close();
}
