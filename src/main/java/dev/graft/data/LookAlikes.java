package dev.graft.data;

import java.util.List;
import java.util.Optional;

/** Puts images that look the same together, also where only a third looks like both. */
final class LookAlikes {
  /** Of more images whose hashes are near, as in a film, the nearest will do. */
  private static final int MAX_LOOKS = 500;

  private final List<Optional<Fingerprint>> looks;
  private final int[] clusters;

  private LookAlikes(List<Optional<Fingerprint>> looks) {
    this.looks = looks;
    clusters = new int[looks.size()];
    for (int i = 0; i < clusters.length; i++) {
      clusters[i] = i;
    }
  }

  /**
   * Finds them.
   *
   * @param looks of each image; one without looks like none
   * @return for each image the first that looks like it: itself, if none before does
   */
  static int[] find(List<Optional<Fingerprint>> looks) {
    var found = new LookAlikes(looks);
    found.compare();
    for (int i = 0; i < found.clusters.length; i++) {
      found.clusters[i] = found.cluster(i);
    }
    return found.clusters;
  }

  private void compare() {
    var index = new HashIndex(looks.size());
    var images = new int[looks.size()];
    int indexed = 0;
    for (int i = 0; i < looks.size(); i++) {
      Fingerprint look = looks.get(i).orElse(null);
      if (look != null) {
        var comparison = new Comparison(i, look, images);
        index.near(look.hash(), comparison::isEnough);
        index.add(look.hash());
        images[indexed++] = i;
      }
    }
  }

  /** The image of the cluster with the smallest index. */
  private int cluster(int image) {
    int top = image;
    while (clusters[top] != top) {
      clusters[top] = clusters[clusters[top]];
      top = clusters[top];
    }
    return top;
  }

  /** One image among those before it. */
  private final class Comparison {
    private final int image;
    private final Fingerprint look;
    private final int[] images;
    private int looked;

    Comparison(int image, Fingerprint look, int[] images) {
      this.image = image;
      this.look = look;
      this.images = images;
    }

    boolean isEnough(int found) {
      int other = images[found];
      int mine = cluster(image);
      int others = cluster(other);
      if (mine != others && look.looksLike(looks.get(other).orElseThrow())) {
        clusters[Math.max(mine, others)] = Math.min(mine, others);
      }
      return ++looked >= MAX_LOOKS;
    }
  }
}
