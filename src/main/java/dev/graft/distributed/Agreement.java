package dev.graft.distributed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.torch.TcpStore;
import dev.graft.train.RankException;
import dev.graft.train.RunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Rank 0 compares what the others say with its own, and tells them how it came out. */
final class Agreement {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_NAMED = 3;

  private final RankEnvironment environment;
  private final Meeting meeting;
  private final TcpStore store;
  private final Watch watch;
  private final Duration timeout;

  Agreement(
      RankEnvironment environment, Meeting meeting, TcpStore store, Watch watch, Duration timeout) {
    this.environment = environment;
    this.meeting = meeting;
    this.store = store;
    this.watch = watch;
    this.timeout = timeout;
  }

  /**
   * Compares.
   *
   * @param number of the comparison, the same on all ranks
   * @throws RunException on all ranks, if one is different
   * @throws RankException if one does not come
   */
  void require(long number, Map<String, String> description) {
    String said = "said/" + number;
    String outcome = meeting.key("agreed/" + number);
    store.set(meeting.key(said, environment.rank()), write(description));
    if (environment.rank() == 0) {
      awaitAll(said);
      store.set(outcome, differences(said, description));
    } else {
      await(outcome);
    }
    String problem = store.get(outcome);
    if (!problem.isEmpty()) {
      throw new RunException(problem);
    }
  }

  private void awaitAll(String key) {
    long end = System.nanoTime() + timeout.toNanos();
    List<Integer> missing = meeting.without(store, key);
    while (!missing.isEmpty()) {
      requireNoVerdict();
      if (System.nanoTime() > end) {
        throw new RankException(
            "%s did not come within %d s. Start all of them within that time, or pass a longer --rank-timeout."
                .formatted(capitalised(Meeting.names(missing)), timeout.toSeconds()));
      }
      meeting.pauseUnlessStopped();
      missing = meeting.without(store, key);
    }
  }

  /** Rank 0 gives up first, and says on whom it waited. */
  private void await(String key) {
    long end = System.nanoTime() + timeout.plusSeconds(10).toNanos();
    while (!store.has(key)) {
      requireNoVerdict();
      if (System.nanoTime() > end) {
        throw new RankException(
            "Rank 0 did not come within %d s. Pass a longer --rank-timeout if it is only slow."
                .formatted(timeout.toSeconds()));
      }
      meeting.pauseUnlessStopped();
    }
  }

  private void requireNoVerdict() {
    String verdict = watch.verdict();
    if (verdict != null) {
      throw new RankException(verdict);
    }
  }

  private String differences(String said, Map<String, String> mine) {
    List<String> found = new ArrayList<>();
    for (int rank = 1; rank < environment.size(); rank++) {
      Map<String, String> other = read(store.get(meeting.key(said, rank)));
      var names = new TreeSet<>(mine.keySet());
      names.addAll(other.keySet());
      for (String name : names) {
        String here = mine.getOrDefault(name, "not set");
        String there = other.getOrDefault(name, "not set");
        if (!here.equals(there)) {
          found.add("%s is %s on rank 0, but %s on rank %d".formatted(name, here, there, rank));
        }
      }
    }
    if (found.isEmpty()) {
      return "";
    }
    int more = found.size() - MAX_NAMED;
    return "The ranks are not about to do the same: "
        + String.join("; ", found.subList(0, Math.min(MAX_NAMED, found.size())))
        + (more > 0 ? "; and " + more + " more" : "")
        + ". Give all ranks the same version of graft, options, images and weights.";
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String write(Map<String, String> description) {
    try {
      return JSON.writeValueAsString(description);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> read(String text) {
    try {
      return JSON.readValue(text, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      return Map.of("graft version", "another, which says \"" + text + "\"");
    }
  }
}
