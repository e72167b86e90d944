package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a manifest, to be reported together. */
final class ManifestProblems {
  private static final int LISTED = 20;

  private final Path file;
  private final List<Problem> problems = new ArrayList<>();

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
    problems.add(new Problem(line, what));
  }

  /** A problem that makes reading on pointless. */
  DataException fatal(long line, String what) {
    return new DataException(file + ", line " + line + ": " + what);
  }

  /** Throws what was added, ordered by line. */
  void throwIfAny() {
    int count = problems.size();
    if (count == 1) {
      throw new DataException(file + ", " + problems.get(0));
    } else if (count > 1) {
      problems.sort(Comparator.comparingLong(Problem::line));
      StringBuilder text = new StringBuilder();
      text.append(count).append(" problems in ").append(file).append(":");
      problems.subList(0, Math.min(LISTED, count)).forEach(p -> text.append("\n  ").append(p));
      if (count > LISTED) {
        text.append("\n  and ").append(count - LISTED).append(" more");
      }
      throw new DataException(text.toString());
    }
  }
}
