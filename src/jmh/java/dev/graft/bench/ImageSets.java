package dev.graft.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The images that rows read: the tutorial's ants and bees, a few of them, or many copies. */
final class ImageSets {
  private static final int FEW = 8;
  private static final int COMMENT_MARKER = 0xFFFE;

  private ImageSets() {}

  /** The set to train on: all of it, or a few images of each class in a smoke test. */
  static Path training(Session session) {
    Path all = session.hymenoptera();
    if (!Files.isDirectory(all.resolve("train"))) {
      throw new MissingException(all + " is missing; GRAFT_SHARED names the folder above");
    }
    if (!session.settings().quick()) {
      return all;
    }
    Path few = session.file("few");
    for (String split : List.of("train", "val")) {
      for (String label : List.of("ants", "bees")) {
        copy(jpegs(all.resolve(split).resolve(label)).subList(0, FEW), few, split, label);
      }
    }
    return few;
  }

  private static void copy(List<Path> images, Path set, String split, String label) {
    try {
      Path folder = Files.createDirectories(set.resolve(split).resolve(label));
      for (Path image : images) {
        Path target = folder.resolve(image.getFileName());
        if (!Files.exists(target)) {
          Files.copy(image, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that lists the images of {@link #training}, one a line. */
  static Path list(Session session) {
    Path list = session.file("files");
    try {
      Files.write(list, jpegs(training(session)).stream().map(Path::toString).toList());
      return list;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that lists one image. */
  static Path listOfFirst(Session session) {
    Path list = session.file("file");
    try {
      return Files.writeString(list, first(session) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One image. */
  static Path first(Session session) {
    return jpegs(training(session)).get(0);
  }

  /**
   * A folder of so many images of one size: copies of the training images in turns, each made a
   * file of its own by a JPEG comment.
   *
   * @throws MissingException if there is no room for them
   */
  static Path copies(Session session, int images) {
    Path set = session.file("images-" + images);
    if (Files.exists(set)) {
      return set;
    }
    try {
      List<byte[]> originals = new ArrayList<>();
      long bytes = 0;
      for (Path original : jpegs(training(session).resolve("train"))) {
        originals.add(Files.readAllBytes(original));
        bytes += Files.size(original);
      }
      long needed = bytes / originals.size() * images + (1L << 30);
      if (Files.getFileStore(session.file("")).getUsableSpace() < needed) {
        throw new MissingException(
            images + " images need " + (needed >> 20) + " MiB in " + session.file(""));
      }
      for (int i = 0; i < images; i++) {
        Path folder = Files.createDirectories(set.resolve(i % 2 == 0 ? "even" : "odd"));
        write(folder.resolve(i + ".jpg"), originals.get(i % originals.size()), "copy " + i);
      }
      return set;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A comment segment right after the two bytes that begin every JPEG. */
  private static void write(Path file, byte[] jpeg, String comment) throws IOException {
    byte[] text = comment.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer segment = ByteBuffer.allocate(4 + text.length);
    segment.putShort((short) COMMENT_MARKER).putShort((short) (2 + text.length)).put(text);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(jpeg, 0, 2);
      out.write(segment.array());
      out.write(jpeg, 2, jpeg.length - 2);
    }
  }

  private static List<Path> jpegs(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
