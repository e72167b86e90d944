package dev.graft.data;

import java.util.Map;
import java.util.Set;

/**
 * Features of one backbone that outlive a run, by {@link FeatureViews#key}. A store belongs to one
 * backbone as it computes: whoever makes it sees to that. It saves work and nothing depends on it,
 * so its methods throw nothing: what cannot be read is not there, what cannot be written is lost.
 */
public interface FeatureStore {
  /**
   * A store that keeps nothing.
   *
   * @return always empty
   */
  static FeatureStore none() {
    return new FeatureStore() {
      @Override
      public Map<String, float[]> read(Set<String> keys) {
        return Map.of();
      }

      @Override
      public void write(Map<String, float[]> rows) {}
    };
  }

  /**
   * Looks features up.
   *
   * @param keys what is asked for
   * @return what is known of it, owned by the caller
   */
  Map<String, float[]> read(Set<String> keys);

  /**
   * Adds features that were computed.
   *
   * @param rows by key, at least one; neither kept nor changed
   */
  void write(Map<String, float[]> rows);
}
