package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.RecordedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs side by side.
 *
 * @param runs two or more
 */
public record ComparedRuns(List<RecordedRun> runs) {
  /** What is left of a setting, such as a list of a thousand classes. */
  private static final int LONGEST = 160;

  /**
   * Checks that there is something to compare.
   *
   * @param runs two or more
   * @throws IllegalArgumentException if there are fewer
   */
  public ComparedRuns {
    runs = List.copyOf(runs);
    if (runs.size() < 2) {
      throw new IllegalArgumentException("Comparing needs two runs or more. Name another folder.");
    }
  }

  /** How one of the runs compares with the first on the same validation images. */
  record Test(RecordedRun run, McNemar result) {}

  /**
   * Reads runs.
   *
   * @param folders that {@code graft train} wrote
   * @return what they hold
   * @throws dev.graft.train.RunException if one holds no run, or a damaged one
   * @throws IllegalArgumentException if there are fewer than two
   */
  public static ComparedRuns read(List<Path> folders) {
    return new ComparedRuns(folders.stream().map(RecordedRun::read).toList());
  }

  static String name(RecordedRun run) {
    return run.files().folder().toString();
  }

  /** The runs' names without the folders that all of them are in, for where there is less room. */
  List<String> shortNames() {
    List<Path> folders =
        runs.stream().map(run -> run.files().folder().toAbsolutePath().normalize()).toList();
    return SharedFolder.leftOut(folders).stream().map(Path::toString).toList();
  }

  static double seconds(RecordedRun run) {
    return run.results().stream().mapToDouble(PhaseResult::seconds).sum();
  }

  static long epochs(RecordedRun run) {
    return run.results().stream().filter(result -> result.phase() == Phase.VAL).count();
  }

  static int right(PhaseResult best) {
    return (int) Math.round(best.accuracy() * best.images());
  }

  static Interval interval(PhaseResult best) {
    return Interval.wilson(right(best), best.images());
  }

  /** The settings that not all runs share, by name; a value for each run. */
  Map<String, List<String>> differences() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> run.config().fieldNames().forEachRemaining(names::add));
    Map<String, List<String>> differences = new LinkedHashMap<>();
    for (String name : names) {
      List<JsonNode> values = runs.stream().map(run -> run.config().path(name)).toList();
      if (values.stream().distinct().count() > 1) {
        differences.put(name, values.stream().map(ComparedRuns::text).toList());
      }
    }
    return differences;
  }

  private static String text(JsonNode value) {
    String text = value.isValueNode() ? value.asText() : value.toString();
    return value.isMissingNode()
        ? "–"
        : text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  /** Each other run against the first, as far as both answered the same validation images. */
  List<Test> tests() {
    List<Test> tests = new ArrayList<>();
    for (RecordedRun run : runs.subList(1, runs.size())) {
      McNemar.of(runs.get(0), run).ifPresent(result -> tests.add(new Test(run, result)));
    }
    return tests;
  }
}
