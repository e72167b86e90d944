package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a data set: train to learn from, val to measure while training, and often test to
 * measure once at the end. All have the same classes.
 *
 * <p>A data set is a folder or a manifest.
 *
 * <ul>
 *   <li>A folder holds {@code train/CLASS/x.jpg}, {@code val/CLASS/y.jpg} and, if it likes, {@code
 *       test/CLASS/z.jpg}; see {@link ImageFolder}. Without {@code val}, or with the classes'
 *       folders directly in it, {@link #split} divides it.
 *   <li>A manifest is a UTF-8 file that lists images, recognised by its name: {@code .csv} (RFC
 *       4180) and {@code .tsv} begin with a line that names the columns {@code path}, {@code label}
 *       and, if they like, {@code split}, in any order; {@code .jsonl} has an object {@code
 *       {"path": "cats/1.jpg", "label": "cats", "split": "train"}} a line. Paths are absolute or
 *       relative to the manifest's folder, and may lead out of it. Spaces around labels and splits
 *       are dropped. A split is {@code train}, {@code val} (or {@code valid}, {@code validation})
 *       or {@code test}. A file may be listed once. Classes are the labels, sorted by Unicode code
 *       point; samples are sorted by class and then by path, so the order of the rows has no
 *       meaning. A manifest is a regular file of at most 256 MiB and 5 million rows.
 * </ul>
 */
public final class ImageFolders {
  private final Path root;
  private final ImageFolder train;
  private final ImageFolder val;
  private final @Nullable ImageFolder test;

  /**
   * Combines two splits.
   *
   * @param root the folder or file that both come from
   * @param train the images to learn from
   * @param val the images to measure on
   * @throws DataException if the splits do not have the same classes; the difference is named
   */
  public ImageFolders(Path root, ImageFolder train, ImageFolder val) {
    this(root, train, val, null);
  }

  /**
   * Combines splits.
   *
   * @param root the folder or file that they come from
   * @param train the images to learn from
   * @param val the images to measure on while training
   * @param test the images to measure on at the end, or null
   * @throws DataException if the splits do not have the same classes; the difference is named
   */
  public ImageFolders(Path root, ImageFolder train, ImageFolder val, @Nullable ImageFolder test) {
    this.root = root;
    this.train = train;
    this.val = val;
    this.test = test;
    requireSameClasses("val", val);
    if (test != null) {
      requireSameClasses("test", test);
    }
  }

  /**
   * Lists the splits of a data set.
   *
   * @param data the folder that holds {@code train}, {@code val} and perhaps {@code test}, or a
   *     manifest with a split for each image
   * @return train, val, and test if there is one
   * @throws DataException if there is no such data set, if train or val is missing, if one of them
   *     is unusable as {@link ImageFolder#open} says, if their classes differ, or if a manifest has
   *     faults, each named with its line
   */
  public static ImageFolders open(Path data) {
    return DataSource.of(data).open();
  }

  /**
   * Divides a data set that has no val: a share of each class's images is set aside, at least one
   * and at most all but one, otherwise {@code round(share * n)} of n images.
   *
   * <p>Which ones follows from the seed and the names of the class and the file alone: those with
   * the smallest SHA-256 of {@code SEED NUL CLASS NUL PATH} in UTF-8, where the path begins at the
   * folder that holds the classes, or is as the manifest has it. So every machine chooses the same,
   * and an image more changes the part of few others. The split knows nothing about what is in the
   * images: shots of one series, or the same picture under two names, may come to lie on both
   * sides, and the measured accuracy is then too high. Divide such data by hand.
   *
   * @param data a folder with one sub-folder a class, or with {@code train} and without {@code
   *     val}; or a manifest without val rows
   * @param valShare the share of val, above 0 and below 1
   * @param seed decides which images are chosen
   * @return train and val, and test if the data has one
   * @throws IllegalArgumentException if the share is outside its range
   * @throws DataException if the data has a val already, if a class has only one image, or as
   *     {@link #open} says
   */
  public static ImageFolders split(Path data, double valShare, long seed) {
    if (!(valShare > 0 && valShare < 1)) {
      throw new IllegalArgumentException(
          "The share set apart for validation (val-split) is "
              + valShare
              + "; it must be above 0 and below 1.");
    }
    return DataSource.of(data).split(valShare, seed);
  }

  /**
   * Lists one split of a data set.
   *
   * @param data the folder that holds the split's folder, or a manifest with a split for each image
   * @param split the split's name: {@code train}, {@code val}, {@code test}, or that of another
   *     folder
   * @return its classes and samples
   * @throws DataException if the data or the split is missing, or unusable as {@link
   *     ImageFolder#open} says
   */
  public static ImageFolder openSplit(Path data, String split) {
    return DataSource.of(data).open(split);
  }

  /**
   * The folder or manifest that was opened.
   *
   * @return the path, as it was given
   */
  public Path root() {
    return root;
  }

  /**
   * The images to learn from.
   *
   * @return the train split
   */
  public ImageFolder train() {
    return train;
  }

  /**
   * The images to measure on while training.
   *
   * @return the val split
   */
  public ImageFolder val() {
    return val;
  }

  /**
   * The images to measure on once, at the end.
   *
   * @return the test split, if the data set has one
   */
  public Optional<ImageFolder> test() {
    return Optional.ofNullable(test);
  }

  /**
   * Lists what lies in the classes' folders but is no image by its extension, and so is no part of
   * the data set.
   *
   * @return files, sorted as images are; none of a manifest
   * @throws DataException if a folder cannot be read
   */
  public List<Path> ignored() {
    return splits().values().stream()
        .flatMap(set -> set.ignored().stream())
        .distinct() // the parts of a folder that was divided share it
        .toList();
  }

  /**
   * All splits without some of their files.
   *
   * @param paths the files to leave out, as {@link Sample#path()} gives them
   * @return the same classes with fewer samples
   * @throws DataException if a class of a split would lose its last image
   */
  public ImageFolders without(Collection<Path> paths) {
    return new ImageFolders(
        root, train.without(paths), val.without(paths), test == null ? null : test.without(paths));
  }

  /** The splits by name: train, val, and test if there is one. */
  Map<String, ImageFolder> splits() {
    Map<String, ImageFolder> splits = new LinkedHashMap<>();
    splits.put("train", train);
    splits.put("val", val);
    if (test != null) {
      splits.put("test", test);
    }
    return splits;
  }

  @Override
  public String toString() {
    return "ImageFolders[" + root + ", " + splits() + "]";
  }

  private void requireSameClasses(String name, ImageFolder other) {
    List<String> differences = new ArrayList<>();
    missing(train, other).forEach(c -> differences.add(c + " is missing in " + other.place()));
    missing(other, train).forEach(c -> differences.add(c + " is missing in " + train.place()));
    if (!differences.isEmpty()) {
      throw new DataException(
          "The classes of train and "
              + name
              + " differ: "
              + String.join("; ", differences)
              + ". Give both images of the same classes.");
    }
    if (!train.classes().equals(other.classes())) {
      throw new DataException(
          "The classes of train and " + name + " come in another order. Sort them in both.");
    }
  }

  private static List<String> missing(ImageFolder in, ImageFolder from) {
    return in.classes().stream().filter(c -> !from.classes().contains(c)).toList();
  }
}
