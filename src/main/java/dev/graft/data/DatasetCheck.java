package dev.graft.data;

import dev.graft.data.FileCheck.Outcome;
import dev.graft.image.ImageDecoder;
import dev.graft.image.PixelImage;
import dev.graft.image.Shrink;
import dev.graft.torch.NativeRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads and decodes every file of a data set once, before training, so that a bad file is reported
 * at the start with all the others and not after hours.
 *
 * <p>The same pass computes the data's digest: the SHA-256 of one line a file, sorted by path,
 * {@code PATH NUL LABEL NUL HEX LF} in UTF-8, where PATH begins with {@code train/}, {@code val/}
 * or {@code test/}, goes on from the split's folder with slashes, or as a manifest has it, and HEX
 * is the SHA-256 of the file's bytes. It is the same on every machine and wherever the folder lies.
 * Files left out have no line.
 *
 * <p>And it looks at each image, for a {@link DataSummary}. Copies are found by SHA-256, and by
 * what images look like: a photograph saved again in another quality or format, resized from a
 * quarter to twice its size or further, up to a fifth brighter or darker, or with up to a fiftieth
 * cut off at each side (of 396 photographs, 98 in 100 changed so are found, or more). Not found are
 * mirrored or rotated copies, parts of an image, copies without colour, and images of nearly one
 * brightness all over. Pictures that differ in a small detail only, as those of a fixed camera may,
 * count as the same. A finding is a reason to look, not a proof.
 *
 * @param threads files read at the same time, 1 or more
 * @param skipUnreadable whether unreadable files are left out instead of refused
 * @param imageSize the side of the network's input in pixels; smaller images are a finding
 */
public record DatasetCheck(int threads, boolean skipUnreadable, int imageSize) {
  private static final int LISTED = 20;
  private static final int USUAL_SIZE = 224;

  /**
   * Validates.
   *
   * @param threads files read at the same time, 1 or more
   * @param skipUnreadable whether unreadable files are left out
   * @param imageSize the side of the network's input in pixels
   * @throws IllegalArgumentException if there is no thread
   */
  public DatasetCheck {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more: " + threads);
    }
  }

  /**
   * A check for a network that is shown 224 x 224 pixels.
   *
   * @param threads files read at the same time, 1 or more
   * @param skipUnreadable whether unreadable files are left out
   * @throws IllegalArgumentException if there is no thread
   */
  public DatasetCheck(int threads, boolean skipUnreadable) {
    this(threads, skipUnreadable, USUAL_SIZE);
  }

  /**
   * Checks every file of all splits and tells what is wrong; unreadable files are a finding.
   *
   * @param data the data set
   * @param stop asked before each file by several threads; true ends the check
   * @return what the images are like, and what seems wrong with them
   * @throws CancellationException if {@code stop} said so, or if the thread is interrupted; it
   *     stays so
   */
  public DataSummary inspect(ImageFolders data, BooleanSupplier stop) {
    try (PixelCache none = PixelCache.off()) {
      return inspect(data, stop, () -> opencv(none, Set.of(), Integer.MAX_VALUE));
    }
  }

  DataSummary inspect(
      ImageFolders data, BooleanSupplier stop, Supplier<FileCheck.Decoder> decoders) {
    return DataSummary.of(data, read(data, stop, decoders), imageSize);
  }

  /**
   * Checks every file of all splits.
   *
   * @param data the data set
   * @param stop asked before each file by several threads; true ends the check
   * @return the usable data, what was left out, and the digest
   * @throws DataException if files are unreadable and not to be skipped (all are counted, the first
   *     20 named), or if a class has no readable image left
   * @throws CancellationException if {@code stop} said so, or if the thread is interrupted; it
   *     stays so
   */
  public CheckedFolders run(ImageFolders data, BooleanSupplier stop) {
    try (PixelCache none = PixelCache.off()) {
      return run(data, stop, none, Integer.MAX_VALUE);
    }
  }

  /**
   * Checks every file of all splits and keeps the decoded images, as far as there is room.
   *
   * @param data the data set
   * @param stop asked before each file by several threads; true ends the check
   * @param cache takes the images
   * @param bound training images are kept as {@link Shrink} leaves them, to be transformed by it
   *     first; {@link Integer#MAX_VALUE} if they are not
   * @return the usable data, what was left out, and the digest
   * @throws DataException as {@link #run(ImageFolders, BooleanSupplier)} does
   * @throws CancellationException as {@link #run(ImageFolders, BooleanSupplier)} does
   */
  public CheckedFolders run(ImageFolders data, BooleanSupplier stop, PixelCache cache, int bound) {
    Set<Path> shrinkable = new HashSet<>();
    if (bound < Integer.MAX_VALUE) {
      data.train().samples().forEach(sample -> shrinkable.add(sample.path()));
    }
    return run(data, stop, () -> opencv(cache, shrinkable, bound));
  }

  CheckedFolders run(
      ImageFolders data, BooleanSupplier stop, Supplier<FileCheck.Decoder> decoders) {
    List<CheckedFile> files = read(data, stop, decoders);
    List<UnreadableFile> unreadable = new ArrayList<>();
    DataDigest digest = new DataDigest();
    Map<Path, String> contents = new HashMap<>();
    for (CheckedFile file : files) {
      Sample sample = file.sample();
      if (file.unreadable() != null) {
        unreadable.add(new UnreadableFile(sample.path(), file.unreadable()));
      } else {
        digest.add(file.digestName(), sample.label(), file.sha256());
        contents.put(sample.path(), file.sha256());
      }
    }
    if (!unreadable.isEmpty() && !skipUnreadable) {
      throw new DataException(report(unreadable, files.size()));
    }
    List<Path> gone = unreadable.stream().map(UnreadableFile::path).toList();
    return new CheckedFolders(
        data.without(gone),
        unreadable,
        digest.hex(),
        contents,
        DataSummary.of(data, files, imageSize));
  }

  private List<CheckedFile> read(
      ImageFolders data, BooleanSupplier stop, Supplier<FileCheck.Decoder> decoders) {
    List<Path> paths =
        data.splits().values().stream()
            .flatMap(set -> set.samples().stream())
            .map(Sample::path)
            .toList();
    Iterator<Outcome> outcomes = new CheckRun(paths, stop, decoders).run(threads).iterator();
    List<CheckedFile> files = new ArrayList<>();
    data.splits()
        .forEach(
            (split, set) ->
                set.samples()
                    .forEach(
                        sample -> files.add(CheckedFile.of(split, set, sample, outcomes.next()))));
    return files;
  }

  private static String report(List<UnreadableFile> unreadable, int files) {
    StringBuilder text = new StringBuilder();
    text.append(unreadable.size()).append(" of ").append(files).append(" images cannot be read:");
    for (UnreadableFile file : unreadable.subList(0, Math.min(LISTED, unreadable.size()))) {
      text.append("\n  ").append(file.path()).append(": ").append(file.reason());
    }
    if (unreadable.size() > LISTED) {
      text.append("\n  and ").append(unreadable.size() - LISTED).append(" more");
    }
    return text.append("\nDelete them, or pass --skip-unreadable.").toString();
  }

  private static FileCheck.Decoder opencv(PixelCache cache, Set<Path> shrinkable, int bound) {
    NativeRuntime.load(); // sets JavaCPP's limits before OpenCV makes JavaCPP read them
    ImageDecoder decoder = new ImageDecoder();
    return new FileCheck.Decoder() {
      @Override
      public ImageFacts decode(byte[] bytes, Path file) {
        String name = file.toString();
        PixelImage image = decoder.decode(bytes, name);
        var facts =
            new ImageFacts(
                image.width(),
                image.height(),
                ImageDecoder.format(bytes),
                Fingerprint.of(image.pixels(), image.width(), image.height()));
        if (shrinkable.contains(file)) {
          image = decoder.shrink(image, name, bound);
        }
        cache.put(file, image.width(), image.height(), image.pixels());
        return facts;
      }

      @Override
      public void close() {
        decoder.close();
      }
    };
  }
}
