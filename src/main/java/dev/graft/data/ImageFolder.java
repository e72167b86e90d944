package dev.graft.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A folder of images with one sub-folder a class, read by the rules of <a
 * href="https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html">torchvision's
 * ImageFolder</a>.
 *
 * <ul>
 *   <li>Classes are the names of the sub-folders, sorted by Unicode code point as Python sorts; a
 *       class's index is its position.
 *   <li>Files are found at any depth below a class's folder, links followed, sorted by folder and
 *       then by name. Their extension, in either case, is one of .jpg .jpeg .png .ppm .bmp .pgm
 *       .tif .tiff .webp; other files are ignored.
 * </ul>
 *
 * <p>Two rules are graft's own. Names that begin with a dot, of files and of folders, are ignored:
 * {@code .ipynb_checkpoints} is no class, and macOS's {@code ._x.jpg} no image. And a folder that
 * links reach twice in the same class is read once, so that loops of links end.
 *
 * <p>Opening reads names only; {@link DatasetCheck} reads the files. Instances are immutable.
 */
public final class ImageFolder {
  private final Path root;
  private final List<String> classes;
  private final List<Sample> samples;

  private ImageFolder(
      Path root, List<String> classes, List<Sample> samples, boolean everyClassHasImages) {
    this.root = root;
    this.classes = List.copyOf(classes);
    this.samples = List.copyOf(samples);
    if (everyClassHasImages) {
      requireNoEmptyClass();
    }
  }

  /**
   * Lists the classes and files of a folder.
   *
   * @param root the folder that holds one sub-folder a class
   * @return its classes and samples
   * @throws DataException if the folder is missing, is no folder or cannot be read, has fewer than
   *     two class folders, or if a class has no image; all empty classes are named
   */
  public static ImageFolder open(Path root) {
    requireFolder(root);
    List<String> classes = FolderScan.subfolders(root);
    if (classes.isEmpty()) {
      throw new DataException(
          "No class folders in "
              + root
              + (FolderScan.names(root).stream().anyMatch(FolderScan::isImage)
                  ? ": images lie directly in it."
                  : ".")
              + " Put the images of each class into a folder of its own, for example "
              + root.resolve("cats/1.jpg")
              + " and "
              + root.resolve("dogs/1.jpg")
              + ".");
    }
    if (classes.size() == 1) {
      throw new DataException(
          "Only one class, "
              + classes.get(0)
              + ", in "
              + root
              + ". A classifier needs at least two: add a folder with the images of another class.");
    }
    List<Sample> samples = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (Path file : FolderScan.images(root.resolve(classes.get(label)))) {
        samples.add(new Sample(file, label));
      }
    }
    return new ImageFolder(root, classes, samples, true);
  }

  static void requireFolder(Path root) {
    if (!Files.exists(root)) {
      throw new DataException("No such folder: " + root + ". Check the path.");
    }
    if (!Files.isDirectory(root)) {
      throw new DataException(
          root + " is a file. Give the folder that holds one sub-folder for each class.");
    }
  }

  /**
   * The folder that was opened.
   *
   * @return the root, as it was given
   */
  public Path root() {
    return root;
  }

  /**
   * The class names in the order of their indices.
   *
   * @return at least two names, sorted
   */
  public List<String> classes() {
    return classes;
  }

  /**
   * The images, class after class.
   *
   * @return all samples, sorted as described above
   */
  public List<Sample> samples() {
    return samples;
  }

  /**
   * The number of images.
   *
   * @return the number of samples
   */
  public int size() {
    return samples.size();
  }

  /**
   * The number of images of each class.
   *
   * @return counts in the order of {@link #classes()}, each 1 or more
   */
  public List<Integer> classSizes() {
    int[] counts = new int[classes.size()];
    for (Sample sample : samples) {
      counts[sample.label()]++;
    }
    List<Integer> sizes = new ArrayList<>(counts.length);
    for (int count : counts) {
      sizes.add(count);
    }
    return List.copyOf(sizes);
  }

  /**
   * This folder without some of its files.
   *
   * @param paths the files to leave out, as {@link Sample#path()} gives them
   * @return the same classes with fewer samples
   * @throws DataException if a class would lose its last image
   */
  public ImageFolder without(Collection<Path> paths) {
    Set<Path> gone = new HashSet<>(paths);
    List<Sample> kept = samples.stream().filter(s -> !gone.contains(s.path())).toList();
    return new ImageFolder(root, classes, kept, true);
  }

  /**
   * The same images with the class indices of a model, matched by name.
   *
   * @param names the model's classes, by index
   * @return the same samples, relabelled; a class without a folder has no samples
   * @throws DataException if a folder's class is none of the model's
   */
  public ImageFolder withClasses(List<String> names) {
    List<String> unknown = classes.stream().filter(c -> !names.contains(c)).toList();
    if (!unknown.isEmpty()) {
      throw new DataException(
          "The model knows no class "
              + String.join(", ", unknown)
              + " (folders in "
              + root
              + "); its classes are "
              + String.join(", ", names)
              + ". Rename or remove the folders.");
    }
    List<Sample> relabelled =
        samples.stream()
            .map(s -> new Sample(s.path(), names.indexOf(classes.get(s.label()))))
            .toList();
    return new ImageFolder(root, names, relabelled, false);
  }

  private void requireNoEmptyClass() {
    List<Integer> sizes = classSizes();
    List<String> empty = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      if (sizes.get(label) == 0) {
        empty.add(root.resolve(classes.get(label)).toString());
      }
    }
    if (!empty.isEmpty()) {
      throw new DataException(
          "No usable images of "
              + (empty.size() == 1 ? "1 class: " : empty.size() + " classes: ")
              + String.join(", ", empty)
              + ". Add images ("
              + String.join(" ", FolderScan.EXTENSIONS)
              + "), or delete the folder.");
    }
  }

  @Override
  public String toString() {
    return "ImageFolder[" + root + ", " + size() + " images, " + classes.size() + " classes]";
  }
}
