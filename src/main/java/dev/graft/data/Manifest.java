package dev.graft.data;

import dev.graft.data.ManifestEntries.Entry;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A data set as a list of files; {@link ImageFolders} says how it is written. */
final class Manifest implements DataSource {
  static final List<String> EXTENSIONS = List.of(".csv", ".tsv", ".jsonl");

  private final Path file;
  private final Path folder;
  private final List<Entry> entries;

  private Manifest(Path file, Path folder, List<Entry> entries) {
    this.file = file;
    this.folder = folder;
    this.entries = entries;
  }

  /** Whether the name ends as a manifest's does, in either case. */
  static boolean isManifest(Path file) {
    return EXTENSIONS.contains(extension(file));
  }

  static Manifest read(Path file) {
    var problems = new ManifestProblems(file);
    String text = ManifestText.read(file, problems);
    List<ManifestRow> rows =
        switch (extension(file)) {
          case ".csv" -> new CsvRows(problems, ',').read(text);
          case ".tsv" -> new CsvRows(problems, '\t').read(text);
          default -> new JsonRows(problems).read(text);
        };
    Path parent = file.getParent();
    Path folder = parent == null ? Path.of("") : parent;
    List<Entry> entries = new ManifestEntries(folder, problems).check(rows);
    problems.throwIfAny();
    if (entries.isEmpty()) {
      throw new DataException(
          file + " lists no images. Add a line with path and label for each image.");
    }
    return new Manifest(file, folder, entries);
  }

  @Override
  public ImageFolders open() {
    if (!isSplit()) {
      throw new DataException(
          file
              + " says no split. Give each image one (train, val or test), or pass --val-split 0.2"
              + " to measure on a fifth of each class.");
    }
    if (count(Split.VAL) == 0) {
      throw new DataException(
          file
              + " lists no images of split val. Add some, or pass --val-split 0.2 to measure on a"
              + " fifth of train.");
    }
    return new ImageFolders(file, open(Split.TRAIN), open(Split.VAL), test());
  }

  @Override
  public ImageFolders split(double valShare, long seed) {
    if (count(Split.VAL) > 0) {
      throw new DataException(
          file
              + " is already split: it lists "
              + count(Split.VAL)
              + " images of split val. Leave out --val-split, or write train instead of val.");
    }
    ImageFolder all = isSplit() ? open(Split.TRAIN) : set(entries, "");
    StratifiedSplit parts = StratifiedSplit.of(all, valShare, seed);
    return new ImageFolders(file, parts.train(), parts.val(), test());
  }

  @Override
  public ImageFolder open(String split) {
    Optional<Split> known = Split.parse(split);
    if (known.isEmpty()) {
      throw new DataException("No split " + split + " in " + file + ". Use train, val or test.");
    }
    if (!isSplit()) {
      throw new DataException(file + " says no split. Give each image one: train, val or test.");
    }
    return open(known.get());
  }

  private ImageFolder open(Split split) {
    List<Entry> part = entries.stream().filter(e -> e.split() == split).toList();
    if (part.isEmpty()) {
      throw new DataException(file + " lists no images of split " + split + ". Add some.");
    }
    return set(part, split.toString());
  }

  private @Nullable ImageFolder test() {
    return count(Split.TEST) == 0 ? null : open(Split.TEST);
  }

  private ImageFolder set(List<Entry> part, String name) {
    Map<Path, String> written = new HashMap<>();
    part.forEach(e -> written.put(e.path(), e.written()));
    var origin = new Origin.Rows(folder, file, name, written);
    Comparator<String> order = CodePointOrder.INSTANCE;
    List<String> classes = part.stream().map(Entry::label).distinct().sorted(order).toList();
    if (classes.size() == 1) {
      throw new DataException(
          "Only one class, "
              + classes.get(0)
              + ", in "
              + origin.place()
              + ". A classifier needs at least two: add images of another class.");
    }
    Comparator<Entry> byLabel = Comparator.comparing(Entry::label, order);
    List<Sample> samples =
        part.stream()
            .sorted(byLabel.thenComparing(Entry::written, order))
            .map(e -> new Sample(e.path(), Collections.binarySearch(classes, e.label(), order)))
            .toList();
    return new ImageFolder(origin, classes, samples);
  }

  private boolean isSplit() {
    return entries.get(0).split() != null;
  }

  private long count(Split split) {
    return entries.stream().filter(e -> e.split() == split).count();
  }

  private static String extension(Path file) {
    String name = FolderScan.name(file).toLowerCase(Locale.ROOT);
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }
}
