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
 * @param threads files read at the same time, 1 or more
 * @param skipUnreadable whether unreadable files are left out instead of refused
 */
public record DatasetCheck(int threads, boolean skipUnreadable) {
  private static final int LISTED = 20;

  /**
   * Validates.
   *
   * @param threads files read at the same time, 1 or more
   * @param skipUnreadable whether unreadable files are left out
   * @throws IllegalArgumentException if there is no thread
   */
  public DatasetCheck {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more: " + threads);
    }
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
    List<Path> files =
        data.splits().values().stream()
            .flatMap(set -> set.samples().stream())
            .map(Sample::path)
            .toList();
    Iterator<Outcome> outcomes = new CheckRun(files, stop, decoders).run(threads).iterator();

    List<UnreadableFile> unreadable = new ArrayList<>();
    DataDigest digest = new DataDigest();
    Map<Path, String> contents = new HashMap<>();
    for (var split : data.splits().entrySet()) {
      ImageFolder set = split.getValue();
      for (Sample sample : set.samples()) {
        Outcome outcome = outcomes.next();
        String reason = outcome.unreadable();
        if (reason != null) {
          unreadable.add(new UnreadableFile(sample.path(), reason));
        } else {
          String name = split.getKey() + "/" + set.name(sample);
          digest.add(name, sample.label(), outcome.sha256());
          contents.put(sample.path(), outcome.sha256());
        }
      }
    }
    if (!unreadable.isEmpty() && !skipUnreadable) {
      throw new DataException(report(unreadable, files.size()));
    }
    List<Path> gone = unreadable.stream().map(UnreadableFile::path).toList();
    return new CheckedFolders(data.without(gone), unreadable, digest.hex(), contents);
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
      public void decode(byte[] bytes, Path file) {
        PixelImage image =
            shrinkable.contains(file)
                ? decoder.decode(bytes, file.toString(), bound)
                : decoder.decode(bytes, file.toString());
        cache.put(file, image.width(), image.height(), image.pixels());
      }

      @Override
      public void close() {
        decoder.close();
      }
    };
  }
}
