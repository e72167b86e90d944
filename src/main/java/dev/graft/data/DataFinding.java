package dev.graft.data;

import java.util.List;

/**
 * Something that seems wrong with a data set.
 *
 * @param kind what it is
 * @param message a whole sentence that says what is wrong and what to do
 * @param files the files it is about, as {@link Sample#path()} gives them; the first is the one
 *     that the message is about, the others are what it collides with
 */
public record DataFinding(Kind kind, String message, List<String> files) {
  /** What can be wrong. */
  public enum Kind {
    /** A file cannot be decoded. */
    UNREADABLE,
    /** A file is of another format than its name says. */
    WRONG_EXTENSION,
    /** Files of one split and class have the same bytes. */
    DUPLICATE,
    /** Files of the same bytes, or that look the same, have different classes. */
    CONTRADICTION,
    /** A file of validation or test has the same bytes as one of training, or of each other. */
    LEAKAGE,
    /** The same by what the images look like: resized, or compressed again. */
    NEAR_LEAKAGE,
    /** Files of one split and class look the same. */
    NEAR_DUPLICATE,
    /** A class has much fewer images than another. */
    IMBALANCE,
    /** An image is smaller than what the network is shown. */
    TINY
  }

  /**
   * Copies the list.
   *
   * @param kind what it is
   * @param message a whole sentence
   * @param files the files it is about
   */
  public DataFinding {
    files = List.copyOf(files);
  }
}
