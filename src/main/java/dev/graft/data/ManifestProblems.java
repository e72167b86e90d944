package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a manifest, to be reported together. */
final class ManifestProblems {
  private static final int LISTED = 20;

  private final Path file;
  private final List<String> listed = new ArrayList<>();
  private int count;

  ManifestProblems(Path file) {
    this.file = file;
  }

  /** Adds a problem: the cause and the cure, as sentences. */
  void add(long line, String what) {
    count++;
    if (count <= LISTED) {
      listed.add("line " + line + ": " + what);
    }
  }

  /** A problem that makes reading on pointless. */
  DataException fatal(long line, String what) {
    return new DataException(file + ", line " + line + ": " + what);
  }

  void throwIfAny() {
    if (count == 1) {
      throw new DataException(file + ", " + listed.get(0));
    } else if (count > 1) {
      String more = count > LISTED ? "\n  and " + (count - LISTED) + " more" : "";
      throw new DataException(
          count + " lines of " + file + " are wrong:\n  " + String.join("\n  ", listed) + more);
    }
  }
}
