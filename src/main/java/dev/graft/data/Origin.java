package dev.graft.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the samples of an {@link ImageFolder} come from: how the digest and the messages name them.
 */
sealed interface Origin {
  /** The folder that relative names start at. */
  Path root();

  /** A file's name in the data set, with slashes: no two files have the same. */
  String name(Path file);

  /** The whole, for a message. */
  String place();

  /** A class in it, for a message. */
  String place(String className);

  /** Where all images of a class lie, if they lie in one folder. */
  Optional<Path> folder(String className);

  /** How to do without a class, for a message. */
  String removal();

  /** The same place, of which only a part is meant. */
  Origin part(String name);

  /** A folder with a sub-folder for each class; {@code part} is empty if all of it is meant. */
  record Folder(Path root, String part) implements Origin {
    @Override
    public String name(Path file) {
      boolean below = file.startsWith(root) && !file.equals(root);
      return (below ? root.relativize(file) : file).toString().replace('\\', '/');
    }

    @Override
    public String place() {
      return prefix(part) + root;
    }

    @Override
    public String place(String className) {
      return prefix(part) + root.resolve(className);
    }

    @Override
    public Optional<Path> folder(String className) {
      return Optional.of(root.resolve(className)).filter(Files::isDirectory);
    }

    @Override
    public String removal() {
      return "delete the folder";
    }

    @Override
    public Origin part(String name) {
      return new Folder(root, name);
    }
  }

  /** Rows of a manifest; {@code written} has each file's path as its row gives it. */
  record Rows(Path root, Path manifest, String part, Map<Path, String> written) implements Origin {
    @Override
    public String name(Path file) {
      return Objects.requireNonNull(written.get(file), "a file of another manifest");
    }

    @Override
    public String place() {
      return prefix(part) + manifest;
    }

    @Override
    public String place(String className) {
      return className + " in " + place();
    }

    @Override
    public Optional<Path> folder(String className) {
      return Optional.empty();
    }

    @Override
    public String removal() {
      return "delete the class's rows";
    }

    @Override
    public Origin part(String name) {
      return new Rows(root, manifest, name, written);
    }
  }

  private static String prefix(String part) {
    return part.isEmpty() ? "" : "the " + part + " part of ";
  }
}
