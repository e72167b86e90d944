package dev.graft.data;

import dev.graft.torch.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads ROOT/CLASS/x.jpg, by the rules that {@link ImageFolder} documents. */
final class ClassFolders {
  private ClassFolders() {}

  static ImageFolder open(Path root) {
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
    for (String name : classes) {
      if (Printable.holdsControl(name)) {
        throw new DataException(
            "The class folder "
                + root.resolve(name)
                + " has a control character in its name."
                + " Rename it, since the model and reports name the class.");
      }
    }
    List<Sample> samples = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (Path file : FolderScan.images(root.resolve(classes.get(label)))) {
        samples.add(new Sample(file, label));
      }
    }
    return new ImageFolder(new Origin.Folder(root, ""), classes, samples);
  }

  private static void requireFolder(Path root) {
    if (!Files.exists(root)) {
      throw new DataException("No such folder: " + root + ". Check the path.");
    }
    if (!Files.isDirectory(root)) {
      throw new DataException(
          root + " is a file. Give the folder that holds one sub-folder for each class.");
    }
  }
}
