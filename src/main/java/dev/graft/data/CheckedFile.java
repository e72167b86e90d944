package dev.graft.data;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of a split, and what reading it told; {@code facts} is null if it is unreadable. */
record CheckedFile(
    String split,
    String name,
    Sample sample,
    String sha256,
    long bytes,
    @Nullable String unreadable,
    @Nullable ImageFacts facts) {

  static CheckedFile of(String split, ImageFolder set, Sample sample, FileCheck.Outcome outcome) {
    return new CheckedFile(
        split,
        set.name(sample),
        sample,
        outcome.sha256(),
        outcome.bytes(),
        outcome.unreadable(),
        outcome.facts());
  }

  /** As the digest has it. */
  String digestName() {
    return split + "/" + name;
  }

  /** As messages have it. */
  String shown() {
    return name + " of " + split;
  }

  String path() {
    return sample.path().toString();
  }

  Optional<Fingerprint> look() {
    return Optional.ofNullable(facts).map(ImageFacts::look);
  }
}
