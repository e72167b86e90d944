package dev.graft.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The two splits of a data set: {@code ROOT/train} to learn from and {@code ROOT/val} to measure.
 *
 * @param root the folder that holds both, as it was given
 * @param train the images to learn from
 * @param val the images to measure on, of the same classes
 */
public record ImageFolders(Path root, ImageFolder train, ImageFolder val) {
  /**
   * Validates.
   *
   * @param root the folder that holds both
   * @param train the images to learn from
   * @param val the images to measure on
   * @throws DataException if the two splits do not have the same classes; the difference is named
   */
  public ImageFolders {
    requireSameClasses(train, val);
  }

  /**
   * Lists both splits of a data set.
   *
   * @param root the folder that holds {@code train} and {@code val}
   * @return both splits
   * @throws DataException if the folder or a split is missing, if one of them is unusable as {@link
   *     ImageFolder#open} says, or if their classes differ
   */
  public static ImageFolders open(Path root) {
    return new ImageFolders(root, openSplit(root, "train"), openSplit(root, "val"));
  }

  /**
   * Lists one split of a data set.
   *
   * @param root the folder that holds the split's folder
   * @param split the split's name, usually {@code train} or {@code val}
   * @return its classes and samples
   * @throws DataException if the folder or the split is missing, or unusable as {@link
   *     ImageFolder#open} says
   */
  public static ImageFolder openSplit(Path root, String split) {
    ImageFolder.requireFolder(root);
    Path folder = root.resolve(split);
    if (!Files.isDirectory(folder)) {
      throw new DataException(
          "No folder "
              + split
              + " in "
              + root
              + ", which holds "
              + contents(root)
              + ". "
              + layout());
    }
    return ImageFolder.open(folder);
  }

  /**
   * Both splits without some of their files.
   *
   * @param paths the files to leave out, as {@link Sample#path()} gives them
   * @return the same classes with fewer samples
   * @throws DataException if a class of a split would lose its last image
   */
  public ImageFolders without(Collection<Path> paths) {
    return new ImageFolders(root, train.without(paths), val.without(paths));
  }

  private static void requireSameClasses(ImageFolder train, ImageFolder val) {
    List<String> differences = new ArrayList<>();
    missing(train, val).forEach(c -> differences.add(c + " is missing in " + val.root()));
    missing(val, train).forEach(c -> differences.add(c + " is missing in " + train.root()));
    if (!differences.isEmpty()) {
      throw new DataException(
          "The classes of train and val differ: "
              + String.join("; ", differences)
              + ". Give both the same class folders.");
    }
  }

  private static List<String> missing(ImageFolder in, ImageFolder from) {
    return in.classes().stream().filter(c -> !from.classes().contains(c)).toList();
  }

  private static String contents(Path root) {
    List<String> names = FolderScan.names(root);
    if (names.isEmpty()) {
      return "nothing";
    }
    String some = String.join(", ", names.subList(0, Math.min(10, names.size())));
    return names.size() > 10 ? some + " and " + (names.size() - 10) + " more" : some;
  }

  private static String layout() {
    return "Expected are train/CLASS/x.jpg and val/CLASS/y.jpg, with the same class folders in both.";
  }
}
