package dev.graft.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What differs between the run that a folder holds and the one that is about to go on with it. */
final class RunComparison {
  /** Settings that may differ: they decide no number. */
  private static final Set<String> FREE =
      Set.of("data", "weights", "workers", "skip-unreadable", "cache");

  /** What changes the last bits, as sums are then rounded in another order. */
  private static final Set<String> ROUNDING = Set.of("threads", "pytorch", "cpu");

  private final JsonNode then;
  private final JsonNode now;

  RunComparison(JsonNode then, JsonNode now) {
    this.then = then;
    this.now = now;
  }

  /** What makes it another run; empty if nothing does. */
  List<String> different() {
    return differences(name -> !ROUNDING.contains(name));
  }

  /** What makes it end in other bits than without the interruption; usually empty. */
  List<String> rounding() {
    return differences(ROUNDING::contains);
  }

  private List<String> differences(Predicate<String> considered) {
    Set<String> names = new TreeSet<>();
    then.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    names.removeAll(FREE);
    return names.stream()
        .filter(considered)
        .filter(name -> !then.path(name).equals(now.path(name)))
        .map(name -> name + " was " + show(then, name) + ", now it is " + show(now, name))
        .toList();
  }

  private static String show(JsonNode node, String name) {
    return node.has(name) ? node.path(name).toString() : "not set";
  }
}
