package dev.graft.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads folders in torchvision's order; see {@link ImageFolder} for the rules. */
final class FolderScan {
  /** {@code IMG_EXTENSIONS} of torchvision.datasets.folder. */
  static final List<String> EXTENSIONS =
      List.of(".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp");

  private FolderScan() {}

  /** The names of the visible sub-folders, sorted. */
  static List<String> subfolders(Path folder) {
    return children(folder).stream().filter(Files::isDirectory).map(FolderScan::name).toList();
  }

  /** The names of everything visible in a folder, sorted. */
  static List<String> names(Path folder) {
    return children(folder).stream().map(FolderScan::name).toList();
  }

  /** Whether the name is one of an image by its extension. */
  static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream().anyMatch(lower::endsWith);
  }

  /** All image files below a folder, sorted by folder and then by name. */
  static List<Path> images(Path top) {
    return files(top, FolderScan::isImage);
  }

  /** All other files below a folder, sorted by folder and then by name. */
  static List<Path> others(Path top) {
    return files(top, name -> !isImage(name));
  }

  private static List<Path> files(Path top, Predicate<String> which) {
    record Found(String folder, Path file) {}
    record Visit(String folder, Path path) {}
    List<Found> found = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    ArrayDeque<Visit> queue = new ArrayDeque<>(List.of(new Visit("", top)));
    while (!queue.isEmpty()) {
      Visit visit = queue.remove();
      if (!seen.add(real(visit.path()))) {
        continue;
      }
      for (Path child : children(visit.path())) {
        if (Files.isDirectory(child)) {
          queue.add(new Visit(visit.folder() + "/" + name(child), child));
        } else if (which.test(name(child))) {
          found.add(new Found(visit.folder(), child));
        }
      }
    }
    Comparator<Found> byFolder = Comparator.comparing(Found::folder, CodePointOrder.INSTANCE);
    found.sort(byFolder.thenComparing(f -> name(f.file()), CodePointOrder.INSTANCE));
    return found.stream().map(Found::file).toList();
  }

  /** The last part of a path. */
  static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  private static List<Path> children(Path folder) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        if (!name(child).startsWith(".")) {
          children.add(child);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    children.sort(Comparator.comparing(FolderScan::name, CodePointOrder.INSTANCE));
    return children;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static DataException unreadable(Path folder, @Nullable IOException cause) {
    String why =
        cause instanceof AccessDeniedException ? "access is denied" : String.valueOf(cause);
    return new DataException(
        "Cannot read the folder " + folder + ": " + why + ". Make it readable, or move it away.",
        cause);
  }
}
