package dev.graft.data;

import dev.graft.data.DataFinding.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Files that are wrong by themselves. */
final class FileFindings {
  /** The formats that names promise; other names promise nothing. */
  private static final Map<String, String> FORMATS =
      Map.ofEntries(
          Map.entry("jpg", "jpeg"),
          Map.entry("jpeg", "jpeg"),
          Map.entry("png", "png"),
          Map.entry("webp", "webp"),
          Map.entry("bmp", "bmp"),
          Map.entry("gif", "gif"),
          Map.entry("ppm", "pnm"),
          Map.entry("pgm", "pnm"),
          Map.entry("pbm", "pnm"),
          Map.entry("pnm", "pnm"),
          Map.entry("tif", "tiff"),
          Map.entry("tiff", "tiff"));

  private FileFindings() {}

  /** One for each reason. */
  static List<DataFinding> unreadable(List<CheckedFile> files) {
    Map<String, List<CheckedFile>> reasons = new LinkedHashMap<>();
    for (CheckedFile file : files) {
      if (file.unreadable() != null) {
        reasons.computeIfAbsent(file.unreadable(), reason -> new ArrayList<>()).add(file);
      }
    }
    List<DataFinding> findings = new ArrayList<>();
    reasons.forEach(
        (reason, group) ->
            findings.add(
                DataFinding.of(
                    Kind.UNREADABLE,
                    subject(group, " cannot", " cannot")
                        + " be read: "
                        + reason
                        + ". Delete or replace "
                        + them(group)
                        + ", or train with --skip-unreadable.",
                    group)));
    return findings;
  }

  /** One for each extension and format. */
  static List<DataFinding> wrongExtension(List<CheckedFile> readable) {
    Map<String, List<CheckedFile>> wrong = new LinkedHashMap<>();
    for (CheckedFile file : readable) {
      String extension = extension(file);
      String format = facts(file).format();
      if (!FORMATS.getOrDefault(extension, format).equals(format)) {
        String what = "named ." + extension + " but of format " + format;
        wrong.computeIfAbsent(what, key -> new ArrayList<>()).add(file);
      }
    }
    List<DataFinding> findings = new ArrayList<>();
    wrong.forEach(
        (what, group) ->
            findings.add(
                DataFinding.of(
                    Kind.WRONG_EXTENSION,
                    subject(group, " is ", " are ")
                        + what
                        + ": graft reads "
                        + them(group)
                        + " all the same, other programs may not; rename "
                        + them(group)
                        + ".",
                    group)));
    return findings;
  }

  /** One for all. */
  static List<DataFinding> tiny(List<CheckedFile> readable, int imageSize) {
    List<CheckedFile> tiny =
        readable.stream()
            .filter(file -> Math.min(facts(file).width(), facts(file).height()) < imageSize)
            .toList();
    if (tiny.isEmpty()) {
      return List.of();
    }
    ImageFacts first = facts(tiny.get(0));
    return List.of(
        DataFinding.of(
            Kind.TINY,
            "%s (%d x %d)%s smaller than the network's input of %d pixels, which shows %s enlarged and blurred: get larger ones, or pass a smaller --image-size."
                .formatted(
                    tiny.size() == 1 ? shown(tiny) : tiny.size() + " files, such as " + shown(tiny),
                    first.width(),
                    first.height(),
                    tiny.size() == 1 ? " is" : ", are",
                    imageSize,
                    them(tiny)),
            tiny));
  }

  private static String subject(List<CheckedFile> files, String one, String many) {
    return files.size() == 1
        ? shown(files) + one
        : files.size() + " files, such as " + shown(files) + "," + many;
  }

  private static String shown(List<CheckedFile> files) {
    return files.get(0).shown();
  }

  private static String them(List<CheckedFile> files) {
    return files.size() == 1 ? "it" : "them";
  }

  private static String extension(CheckedFile file) {
    String name = FolderScan.name(file.sample().path());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  static ImageFacts facts(CheckedFile readable) {
    return Objects.requireNonNull(readable.facts(), "facts of a file that was decoded");
  }
}
