package dev.graft.data;

import java.util.Locale;
import java.util.Optional;

/** What an image is for, as the rows of a manifest say it. */
enum Split {
  TRAIN,
  VAL,
  TEST;

  static Optional<Split> parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "train" -> Optional.of(TRAIN);
      case "val", "valid", "validation" -> Optional.of(VAL);
      case "test" -> Optional.of(TEST);
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
