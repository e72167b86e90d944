package dev.graft.report;

import java.nio.file.Path;
import java.util.List;

/** Shows images of a data set, as far as their files are where they were. */
interface Pictures extends AutoCloseable {
  /** The words of an image itself. */
  String SEEN = "As the network sees it";

  /**
   * Draws an image and what explains answers to it.
   *
   * @param file the image
   * @param labels classes to explain, without repetition
   * @return what the network sees of it, and where it sees the classes if that can be told; empty
   *     if the file cannot be read
   */
  List<Picture> of(Path file, List<String> labels);

  /** Why nothing is explained, as a sentence; empty if it is. */
  String note();

  @Override
  void close();
}
