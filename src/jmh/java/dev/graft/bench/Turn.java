package dev.graft.bench;

import java.util.Map;

/**
 * One measurement of one side.
 *
 * @param seconds of one unit of work
 * @param resident the memory of its process afterwards in bytes; 0 where unknown
 * @param metrics what else was measured, by name
 */
record Turn(double seconds, long resident, Map<String, Double> metrics) {
  Turn(double seconds, long resident) {
    this(seconds, resident, Map.of());
  }
}
