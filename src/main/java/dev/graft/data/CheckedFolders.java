package dev.graft.data;

import java.util.List;

/**
 * A data set of which every file was read and decoded once.
 *
 * @param data the splits, without the unreadable files
 * @param unreadable the files that were left out, train's first; empty unless skipping was allowed
 * @param digest identifies the data: 64 hexadecimal digits, see {@link DatasetCheck}
 */
public record CheckedFolders(ImageFolders data, List<UnreadableFile> unreadable, String digest) {
  /**
   * Copies the list.
   *
   * @param data the splits
   * @param unreadable the files that were left out
   * @param digest identifies the data
   */
  public CheckedFolders {
    unreadable = List.copyOf(unreadable);
  }
}
