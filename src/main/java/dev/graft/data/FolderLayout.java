package dev.graft.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A data set as folders: ROOT/SPLIT/CLASS/x.jpg, or ROOT/CLASS/x.jpg where it is not split. */
final class FolderLayout implements DataSource {
  /** What others call val; as a class it would be a mistake. */
  private static final List<String> VALS = List.of("val", "valid", "validation");

  private static final String EXPECTED =
      "Expected are train/CLASS/x.jpg and val/CLASS/y.jpg, with the same class folders in both";

  private final Path root;

  private FolderLayout(Path root) {
    this.root = root;
  }

  static FolderLayout of(Path root) {
    if (!Files.exists(root)) {
      throw new DataException("No such file or folder: " + root + ". Check the path.");
    }
    if (!Files.isDirectory(root)) {
      throw new DataException(
          root
              + " is a file. Give a folder that holds train/CLASS/x.jpg and val/CLASS/y.jpg, or a"
              + " manifest, whose name ends in "
              + String.join(", ", Manifest.EXTENSIONS)
              + ".");
    }
    return new FolderLayout(root);
  }

  @Override
  public ImageFolders open() {
    if (!has("train") && holdsClassesAlone()) {
      throw new DataException(
          missing("train")
              + EXPECTED
              + ". If these folders are the classes, pass --val-split 0.2 to measure on a fifth of"
              + " each.");
    }
    ImageFolder train = open("train");
    if (!has("val") && !vals().isEmpty()) {
      throw new DataException(
          missing("val") + "Rename " + root.resolve(vals().get(0)) + " to val.");
    }
    if (!has("val")) {
      throw new DataException(
          missing("val") + EXPECTED + "; or pass --val-split 0.2 to measure on a fifth of train.");
    }
    return new ImageFolders(root, train, open("val"), test());
  }

  @Override
  public ImageFolders split(double valShare, long seed) {
    List<String> vals = vals();
    if (has("train") && !vals.isEmpty()) {
      throw new DataException(
          root
              + " is already split: it holds train and "
              + vals.get(0)
              + (vals.contains("val")
                  ? ". Leave out --val-split, or move val away."
                  : ". Leave out --val-split and rename it to val, or move it away."));
    }
    if (!has("train") && (!vals.isEmpty() || has("test"))) {
      String split = vals.isEmpty() ? "test" : vals.get(0);
      throw new DataException(
          root
              + " holds "
              + split
              + " but no train, so it is unclear whether "
              + split
              + " is a class. Move the class folders into "
              + root.resolve("train")
              + ", or rename it.");
    }
    boolean inTrain = has("train");
    ImageFolder all = ImageFolder.open(inTrain ? root.resolve("train") : root);
    StratifiedSplit parts = StratifiedSplit.of(all, valShare, seed);
    return new ImageFolders(root, parts.train(), parts.val(), inTrain ? test() : null);
  }

  @Override
  public ImageFolder open(String split) {
    if (!has(split)) {
      throw new DataException(missing(split) + EXPECTED + ".");
    }
    return ImageFolder.open(root.resolve(split));
  }

  private @Nullable ImageFolder test() {
    if (!has("test")) {
      return null;
    }
    Path test = root.resolve("test");
    if (FolderScan.subfolders(test).isEmpty()) {
      throw new DataException(
          "No class folders in "
              + test
              + ", so nothing can be measured on it. Sort its images into the class folders of"
              + " train; or, if it is not labelled, rename it, for example to "
              + root.resolve("unlabelled")
              + ".");
    }
    return ImageFolder.open(test);
  }

  private List<String> vals() {
    return VALS.stream().filter(this::has).toList();
  }

  private boolean has(String split) {
    return Files.isDirectory(root.resolve(split));
  }

  private boolean holdsClassesAlone() {
    return !has("test") && vals().isEmpty() && FolderScan.subfolders(root).size() > 1;
  }

  private String missing(String split) {
    List<String> names = FolderScan.names(root);
    String some = String.join(", ", names.subList(0, Math.min(10, names.size())));
    String contents = names.size() > 10 ? some + " and " + (names.size() - 10) + " more" : some;
    return "No folder "
        + split
        + " in "
        + root
        + ", which holds "
        + (names.isEmpty() ? "nothing" : contents)
        + ". ";
  }
}
