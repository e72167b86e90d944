package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a manifest, to be reported together. */
final class ManifestProblems {
  private static final int LISTED = 20;

  /** Five million rows take about a gigabyte. */
  static final int MAX_ROWS = 5_000_000;

  /** A file of another kind may have millions. */
  private static final int MAX_KEPT = 1000;

  private final Path file;
  private final List<Problem> problems = new ArrayList<>();

  private int count;

  private record Problem(long line, String what) {
    @Override
    public String toString() {
      return "line " + line + ": " + what;
    }
  }

  ManifestProblems(Path file) {
    this.file = file;
  }

  /** Adds a problem: the cause and the cure, as sentences. */
  void add(long line, String what) {
    count++;
    problems.add(new Problem(line, what));
    if (problems.size() > MAX_KEPT) {
      keepFirst();
    }
  }

  /** A problem that makes reading on pointless. */
  DataException fatal(long line, String what) {
    return new DataException(file + ", line " + line + ": " + what);
  }

  /** Refuses a manifest with more rows than can be held. */
  void requireRoom(int rows, long line) {
    if (rows >= MAX_ROWS) {
      throw fatal(line, "there are more than " + MAX_ROWS + " images. List fewer, or use folders.");
    }
  }

  /** Throws what was added, ordered by line. */
  void throwIfAny() {
    if (count == 1) {
      throw new DataException(file + ", " + problems.get(0));
    } else if (count > 1) {
      keepFirst();
      StringBuilder text = new StringBuilder();
      text.append(count).append(" problems in ").append(file).append(":");
      problems.forEach(p -> text.append("\n  ").append(p));
      if (count > LISTED) {
        text.append("\n  and ").append(count - LISTED).append(" more");
      }
      throw new DataException(text.toString());
    }
  }

  /** Forgets the problems that will not be listed. */
  private void keepFirst() {
    problems.sort(Comparator.comparingLong(Problem::line));
    if (problems.size() > LISTED) {
      problems.subList(LISTED, problems.size()).clear();
    }
  }
}
