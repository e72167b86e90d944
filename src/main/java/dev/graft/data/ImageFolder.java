package dev.graft.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Images with their classes: a folder with one sub-folder a class, or a list of files.
 *
 * <p>A folder is read by the rules of <a
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
 * <p>Lists come from {@link #of}, or from a manifest that {@link ImageFolders} opens.
 *
 * <p>Opening reads names only; {@link DatasetCheck} reads the files. Instances are immutable.
 */
public final class ImageFolder {
  private final Origin origin;
  private final List<String> classes;
  private final List<Sample> samples;

  /** Throws a {@link DataException} if a class has no sample. */
  ImageFolder(Origin origin, List<String> classes, List<Sample> samples) {
    this(origin, classes, samples, true);
  }

  private ImageFolder(
      Origin origin, List<String> classes, List<Sample> samples, boolean everyClassHasImages) {
    this.origin = origin;
    this.classes = List.copyOf(classes);
    this.samples = List.copyOf(samples);
    if (everyClassHasImages) {
      requireNoEmptyClass();
    }
  }

  /**
   * Makes a set of files that the caller lists.
   *
   * @param root the folder that the files lie in: messages name it, and the digest's paths start
   *     there; the paths of files elsewhere are digested as they are
   * @param classes the class names in the order of their indices, at least two, all different
   * @param samples the files, in the order that evaluation keeps, all different
   * @return the set
   * @throws IllegalArgumentException if there are fewer than two classes, if a class or a file
   *     comes twice, or if a label is the index of no class
   * @throws DataException if a class has no sample; all such classes are named
   */
  public static ImageFolder of(Path root, List<String> classes, List<Sample> samples) {
    if (classes.size() < 2 || new HashSet<>(classes).size() != classes.size()) {
      throw new IllegalArgumentException("classes must be two or more, all different: " + classes);
    }
    Set<Path> paths = new HashSet<>();
    for (Sample sample : samples) {
      if (sample.label() >= classes.size() || !paths.add(sample.path())) {
        throw new IllegalArgumentException("no such class, or twice the same file: " + sample);
      }
    }
    return new ImageFolder(new Origin.Folder(root, ""), classes, samples);
  }

  /**
   * Lists the classes and files of a folder.
   *
   * @param root the folder that holds one sub-folder a class
   * @return its classes and samples
   * @throws DataException if the folder is missing, is no folder or cannot be read, has fewer than
   *     two class folders or one whose name holds a control character, or if a class has no image;
   *     all empty classes are named
   */
  public static ImageFolder open(Path root) {
    return ClassFolders.open(root);
  }

  /**
   * The folder that was opened, or that holds the manifest.
   *
   * @return the root, as it was given
   */
  public Path root() {
    return origin.root();
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
   * @return counts in the order of {@link #classes()}
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
   * The weight of each class that makes all classes count the same in a loss: {@code n / (k * n_c)}
   * for n images, k classes and n_c images of class c, which is scikit-learn's {@code
   * class_weight="balanced"}, after King and Zeng, <a
   * href="https://doi.org/10.1093/oxfordjournals.pan.a004868">Logistic Regression in Rare Events
   * Data</a>, 2001. The mean weight of an image is 1, so the loss keeps its scale.
   *
   * @return weights in the order of {@link #classes()}, each above 0
   * @throws IllegalStateException if a class has no image, which {@link #withClasses} allows
   */
  public double[] balancedClassWeights() {
    double[] weights = new double[classes.size()];
    List<Integer> sizes = classSizes();
    for (int label = 0; label < weights.length; label++) {
      if (sizes.get(label) == 0) {
        throw new IllegalStateException("No images of " + origin.place(classes.get(label)) + ".");
      }
      weights[label] = samples.size() / ((double) weights.length * sizes.get(label));
    }
    return weights;
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
    return new ImageFolder(origin, classes, kept);
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
              + " (in "
              + origin.place()
              + "); its classes are "
              + String.join(", ", names)
              + ". Rename the class, or "
              + origin.removal()
              + ".");
    }
    List<Sample> relabelled =
        samples.stream()
            .map(s -> new Sample(s.path(), names.indexOf(classes.get(s.label()))))
            .toList();
    return new ImageFolder(origin, names, relabelled, false);
  }

  /** Some of the images, under the name of a split. */
  ImageFolder part(String name, Predicate<Sample> members) {
    List<Sample> kept = samples.stream().filter(members).toList();
    return new ImageFolder(origin.part(name), classes, kept);
  }

  /** How messages call this. */
  String place() {
    return origin.place();
  }

  /** A sample's path as the digest has it. */
  String name(Sample sample) {
    return origin.name(sample.path());
  }

  /** What lies in the classes' folders and is no image by its extension. */
  List<Path> ignored() {
    return classes.stream()
        .flatMap(name -> origin.folder(name).stream())
        .flatMap(folder -> FolderScan.others(folder).stream())
        .toList();
  }

  private void requireNoEmptyClass() {
    List<Integer> sizes = classSizes();
    List<String> empty = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      if (sizes.get(label) == 0) {
        empty.add(origin.place(classes.get(label)));
      }
    }
    if (!empty.isEmpty()) {
      throw new DataException(
          "No usable images of "
              + (empty.size() == 1 ? "1 class: " : empty.size() + " classes: ")
              + String.join(", ", empty)
              + ". Add images ("
              + String.join(" ", FolderScan.EXTENSIONS)
              + "), or "
              + origin.removal()
              + ".");
    }
  }

  @Override
  public String toString() {
    return "ImageFolder["
        + origin.place()
        + ", "
        + size()
        + " images, "
        + classes.size()
        + " classes]";
  }
}
