package dev.graft.report;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What paths have in common. */
final class SharedFolder {
  private SharedFolder() {}

  /** The paths from the deepest folder that all of them are in; unchanged if there is none. */
  static List<Path> leftOut(List<Path> paths) {
    if (paths.isEmpty()) {
      return List.of();
    }
    @Nullable Path shared = paths.get(0).getParent();
    while (shared != null && !holdsAll(shared, paths)) {
      shared = shared.getParent();
    }
    Path from = shared;
    return from == null ? paths : paths.stream().map(from::relativize).toList();
  }

  private static boolean holdsAll(Path folder, List<Path> paths) {
    return paths.stream().allMatch(path -> path.startsWith(folder) && !path.equals(folder));
  }
}
