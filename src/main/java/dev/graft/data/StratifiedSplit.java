package dev.graft.data;

import dev.graft.torch.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Sets a share of each class's images aside, by the rule that {@link ImageFolders#split} documents.
 */
record StratifiedSplit(ImageFolder train, ImageFolder val) {
  private record Ranked(String rank, Path path) {}

  static StratifiedSplit of(ImageFolder all, double valShare, long seed) {
    requireTwoOfEach(all);
    List<List<Ranked>> classes = new ArrayList<>();
    all.classes().forEach(name -> classes.add(new ArrayList<>()));
    MessageDigest sha256 = Sha256.begin();
    for (Sample sample : all.samples()) {
      String key = seed + "\0" + all.classes().get(sample.label()) + "\0" + all.name(sample);
      byte[] rank = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
      classes.get(sample.label()).add(new Ranked(HexFormat.of().formatHex(rank), sample.path()));
    }
    Set<Path> val = new HashSet<>();
    for (List<Ranked> images : classes) {
      images.sort(Comparator.comparing(Ranked::rank));
      images.subList(0, valSize(images.size(), valShare)).forEach(i -> val.add(i.path()));
    }
    return new StratifiedSplit(
        all.part("train", s -> !val.contains(s.path())),
        all.part("val", s -> val.contains(s.path())));
  }

  static int valSize(int images, double share) {
    return (int) Math.max(1, Math.min(images - 1, Math.round(share * images)));
  }

  private static void requireTwoOfEach(ImageFolder all) {
    List<Integer> sizes = all.classSizes();
    List<String> single = new ArrayList<>();
    for (int label = 0; label < sizes.size(); label++) {
      if (sizes.get(label) == 1) {
        single.add(all.classes().get(label));
      }
    }
    if (!single.isEmpty()) {
      throw new DataException(
          "Only one image of "
              + String.join(", ", single)
              + " in "
              + all.place()
              + ", where a split needs two: one to learn from and one to measure on. Add images, or"
              + " remove the class.");
    }
  }
}
