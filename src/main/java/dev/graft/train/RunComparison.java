package dev.graft.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
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
    return differences(name -> !ROUNDING.contains(name) && !isAboutRanks(name));
  }

  /** What makes it end otherwise than without the interruption, in sentences; usually empty. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (String difference : differences(ROUNDING::contains)) {
      notes.add(difference + ": sums are rounded otherwise, so the last bits may differ.");
    }
    if (hasOtherRanks()) {
      notes.add(
          "The run had %d ranks, now it has %d: a step took %d images, now it takes %d. An epoch that is under way goes on at the step that its next image is in."
              .formatted(ranks(then), ranks(now), step(then), step(now)));
    }
    return notes;
  }

  /** With another number of ranks, the batches of each may keep a step's size. */
  private boolean isAboutRanks(String name) {
    return name.equals("nproc") || (name.equals("batch-size") && hasOtherRanks());
  }

  private boolean hasOtherRanks() {
    return ranks(then) != ranks(now);
  }

  private static int ranks(JsonNode run) {
    return run.path("nproc").asInt(1);
  }

  private static int step(JsonNode run) {
    return ranks(run) * run.path("batch-size").asInt() * run.path("accumulate").asInt(1);
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
