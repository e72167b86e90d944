package dev.graft.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run keeps so that it need not be computed again.
 *
 * @param mode where it is kept
 * @param folder where files are kept beyond the run; null unless the mode is {@link Mode#DISK}
 */
public record CacheConfig(Mode mode, @Nullable Path folder) {
  private static final CacheConfig OFF = new CacheConfig(Mode.OFF, null);

  /** Where things are kept. */
  public enum Mode {
    /** Nowhere. */
    OFF,
    /** On disk, the features of {@code freeze features} for later runs too. */
    DISK
  }

  /**
   * Checks that there is a folder where one is needed.
   *
   * @param mode where it is kept
   * @param folder where files are kept beyond the run; null unless the mode is {@link Mode#DISK}
   */
  public CacheConfig {
    if ((folder != null) != (mode == Mode.DISK)) {
      throw new IllegalArgumentException("A folder for the cache (cache-dir) needs --cache disk.");
    }
  }

  /**
   * Keeps nothing.
   *
   * @return the settings
   */
  public static CacheConfig off() {
    return OFF;
  }

  /**
   * Keeps things on disk.
   *
   * @param folder made when it is needed; anything in it may be deleted while no run uses it
   * @return the settings
   */
  public static CacheConfig disk(Path folder) {
    return new CacheConfig(Mode.DISK, folder);
  }
}
