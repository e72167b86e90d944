package dev.graft.data;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a data set is given as: a folder or a manifest. */
interface DataSource {
  /** Recognises a manifest by its extension; everything else is a folder, or an error. */
  static DataSource of(Path data) {
    if (Manifest.isManifest(data) && !Files.isDirectory(data)) {
      return Manifest.read(data);
    }
    return FolderLayout.of(data);
  }

  /** All splits of a data set that is split. */
  ImageFolders open();

  /** All splits of one that is not, with a share of each class's images set aside for val. */
  ImageFolders split(double valShare, long seed);

  /** One split alone. */
  ImageFolder open(String split);
}
