package dev.graft.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run keeps so that it need not be decoded or computed again. Only {@code bound} changes
 * what is computed.
 *
 * @param mode where it is kept
 * @param folder for the files of {@link Mode#DISK}; null in other modes
 * @param limit bytes that decoded images may take; null for as many as there is room for
 * @param bound training images whose shorter edge is longer are resized to so many pixels before
 *     anything else, and kept so; null to keep them whole
 */
public record CacheConfig(
    Mode mode, @Nullable Path folder, @Nullable Long limit, @Nullable Integer bound) {
  private static final CacheConfig OFF = new CacheConfig(Mode.OFF, null, null, null);

  /** Where things are kept. */
  public enum Mode {
    /** Nowhere. */
    OFF,
    /** Decoded images in memory, as long as the run takes. */
    RAM,
    /**
     * On disk: decoded images as long as the run takes; or, with {@code freeze features}, the
     * features, for later runs too.
     */
    DISK
  }

  /**
   * Checks that the settings go together.
   *
   * @param mode where it is kept
   * @param folder for the files of {@link Mode#DISK}; null in other modes
   * @param limit bytes that decoded images may take, 1 or more; null for as many as fit
   * @param bound the longest shorter edge of a training image, 1 or more; null for any
   */
  public CacheConfig {
    if ((folder != null) != (mode == Mode.DISK)) {
      throw new IllegalArgumentException("A folder for the cache (cache-dir) needs --cache disk.");
    }
    if (limit != null && mode == Mode.OFF) {
      throw new IllegalArgumentException("cache-limit needs --cache ram or disk.");
    }
    if (limit != null && limit < 1) {
      throw new IllegalArgumentException("cache-limit is " + limit + "; it must be 1 or more.");
    }
    if (bound != null && bound < 1) {
      throw new IllegalArgumentException("cache-bound is " + bound + "; it must be 1 or more.");
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
   * Keeps decoded images in memory, as many as there is room for.
   *
   * @return the settings
   */
  public static CacheConfig ram() {
    return new CacheConfig(Mode.RAM, null, null, null);
  }

  /**
   * Keeps things on disk, as many as there is room for.
   *
   * @param folder made when it is needed; anything in it may be deleted while no run uses it
   * @return the settings
   */
  public static CacheConfig disk(Path folder) {
    return new CacheConfig(Mode.DISK, folder, null, null);
  }

  /**
   * Changes the limit.
   *
   * @param bytes that decoded images may take
   * @return a copy
   */
  public CacheConfig withLimit(long bytes) {
    return new CacheConfig(mode, folder, bytes, bound);
  }

  /**
   * Changes the bound.
   *
   * @param pixels the longest shorter edge of a training image
   * @return a copy
   */
  public CacheConfig withBound(int pixels) {
    return new CacheConfig(mode, folder, limit, pixels);
  }
}
