package dev.graft.data;

import dev.graft.torch.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the rows of a manifest, each alone and against the others. */
final class ManifestEntries {
  /** As long as Linux takes one. */
  private static final int MAX_PATH_CHARS = 4096;

  private final Path folder;
  private final ManifestProblems problems;
  private final Map<Path, ManifestRow> seen = new HashMap<>();

  /** An image of a manifest; the split is null if the manifest has none. */
  record Entry(Path path, String written, String label, @Nullable Split split) {}

  ManifestEntries(Path folder, ManifestProblems problems) {
    this.folder = folder;
    this.problems = problems;
  }

  List<Entry> check(List<ManifestRow> rows) {
    boolean hasSplits = rows.stream().anyMatch(row -> row.split() != null);
    List<Entry> entries = new ArrayList<>();
    for (ManifestRow row : rows) {
      Split split = hasSplits ? split(row) : null;
      Path path = path(row);
      boolean labelled = isLabelled(row);
      if (path != null && labelled && (split != null || !hasSplits)) {
        entries.add(new Entry(path, row.path(), row.label(), split));
      }
    }
    return entries;
  }

  private @Nullable Split split(ManifestRow row) {
    String name = row.split() == null ? "" : row.split();
    Split split = Split.parse(name).orElse(null);
    if (split == null) {
      problems.add(
          row.line(),
          (name.isEmpty() ? "it has no split" : "unknown split " + Printable.of(name))
              + ". Use train, val or test.");
    }
    return split;
  }

  private boolean isLabelled(ManifestRow row) {
    if (row.label().isEmpty()) {
      problems.add(row.line(), "it has no label. Name the image's class, or delete the line.");
      return false;
    }
    if (Printable.holdsControl(row.label())) {
      problems.add(row.line(), "the label holds a control character. Write it as plain text.");
      return false;
    }
    return true;
  }

  private @Nullable Path path(ManifestRow row) {
    if (row.path().isBlank()) {
      problems.add(row.line(), "it has no path. Name the image's file, or delete the line.");
      return null;
    }
    if (Printable.holdsControl(row.path())) {
      problems.add(row.line(), "the path holds a control character. Rename the file.");
      return null;
    }
    Path path;
    try {
      path = folder.resolve(row.path());
    } catch (InvalidPathException e) {
      problems.add(
          row.line(), "no path: " + Printable.of(String.valueOf(e.getMessage())) + ". Correct it.");
      return null;
    }
    if (!Files.exists(path)) {
      problems.add(
          row.line(),
          "no such file: "
              + shown(path)
              + ". Correct the path, which starts at the manifest's folder.");
      return null;
    }
    if (Files.isDirectory(path)) {
      problems.add(row.line(), shown(path) + " is a folder. List its images one by one.");
      return null;
    }
    if (!Files.isRegularFile(path)) {
      problems.add(row.line(), shown(path) + " is no regular file. Delete the line.");
      return null;
    }
    ManifestRow first = seen.putIfAbsent(real(path), row);
    if (first != null) {
      problems.add(row.line(), twice(row, first));
      return null;
    }
    return path;
  }

  /** The file itself, whatever links lead to it. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize(); // reading it will say what is wrong
    }
  }

  /** Paths may be long, but not as long as a row. */
  private static String shown(Path path) {
    String text = path.toString();
    return text.length() <= MAX_PATH_CHARS ? Printable.message(text) : Printable.of(text);
  }

  private static String twice(ManifestRow row, ManifestRow first) {
    boolean leaks =
        row.split() != null
            && first.split() != null
            && !Split.parse(row.split()).equals(Split.parse(first.split()));
    return Printable.of(row.path())
        + " is in line "
        + first.line()
        + " already"
        + (leaks ? ", for " + first.split() + ": what is learned must not be measured" : "")
        + ". Delete one of the two.";
  }
}
