package dev.graft.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A data set of which every file was read and decoded once.
 *
 * @param data the splits, without the unreadable files
 * @param unreadable the files that were left out, train's first; empty unless skipping was allowed
 * @param digest identifies the data: 64 hexadecimal digits, see {@link DatasetCheck}
 * @param contents the SHA-256 of each file of the splits, 64 hexadecimal digits
 * @param summary what the images are like, and what seems wrong with them
 */
public record CheckedFolders(
    ImageFolders data,
    List<UnreadableFile> unreadable,
    String digest,
    Map<Path, String> contents,
    DataSummary summary) {
  /**
   * Copies the collections.
   *
   * @param data the splits
   * @param unreadable the files that were left out
   * @param digest identifies the data
   * @param contents the SHA-256 of each file
   * @param summary what the images are like
   */
  public CheckedFolders {
    unreadable = List.copyOf(unreadable);
    contents = Map.copyOf(contents);
  }
}
