package dev.graft.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table: a side of ours, what it is compared with, and what should come out.
 *
 * @param name by which it is asked for
 * @param what is measured, in words
 * @param subject our side
 * @param peer the other side; null where a row has none
 * @param agreement what both must compute alike
 * @param target what should come out
 * @param plan how it is measured
 */
record Row(
    String name,
    String what,
    Side.Opening subject,
    Side.@Nullable Opening peer,
    Agreement agreement,
    Target target,
    Plan plan) {
  /** Whether it is meant by a name: its own, or the beginning of it up to a dash. */
  boolean isMeantBy(String asked) {
    return name.equals(asked) || name.startsWith(asked + "-");
  }
}
