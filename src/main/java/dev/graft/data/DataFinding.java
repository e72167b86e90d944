package dev.graft.data;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Something that seems wrong with a data set.
 *
 * @param kind what it is
 * @param message a whole sentence that says what is wrong and what to do
 * @param files the files it is about, as {@link Sample#path()} gives them; the first is the one
 *     that the message is about, the others are what it collides with. At most the first {@value
 *     #MAX_FILES}; none where it is about a class
 */
public record DataFinding(Kind kind, String message, List<String> files) {
  /** As many files as are listed; a message counts all. */
  public static final int MAX_FILES = 1000;

  /** What can be wrong, the gravest first. */
  public enum Kind {
    /** A file of validation or test has the same bytes as one of training, or of each other. */
    LEAKAGE,
    /** Files of the same bytes, or that look the same, have different classes. */
    CONTRADICTION,
    /** Leakage by what the images look like: resized, or compressed again. */
    NEAR_LEAKAGE,
    /** A file cannot be decoded. */
    UNREADABLE,
    /** A class has much fewer images than another, or none that can be decoded. */
    IMBALANCE,
    /** Files of one split and class have the same bytes. */
    DUPLICATE,
    /** Files of one split and class look the same. */
    NEAR_DUPLICATE,
    /** A file is of another format than its name says. */
    WRONG_EXTENSION,
    /** An image is smaller than what the network is shown. */
    TINY;

    /**
     * Tells whether what is measured on the data is no longer true.
     *
     * @return true for leakage and contradictions
     */
    public boolean isGrave() {
      return this == LEAKAGE || this == CONTRADICTION || this == NEAR_LEAKAGE;
    }

    /**
     * The name in lower case, also in JSON.
     *
     * @return such as {@code near_leakage}
     */
    @JsonValue
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Copies the list.
   *
   * @param kind what it is
   * @param message a whole sentence
   * @param files the files it is about; of more than {@value #MAX_FILES} the first are kept
   */
  public DataFinding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
    files = List.copyOf(files.subList(0, Math.min(MAX_FILES, files.size())));
  }

  /** One about these files, the first of which the message is about. */
  static DataFinding of(Kind kind, String message, List<CheckedFile> files) {
    return new DataFinding(
        kind, message, files.stream().limit(MAX_FILES).map(CheckedFile::path).toList());
  }
}
