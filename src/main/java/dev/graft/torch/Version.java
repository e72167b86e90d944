package dev.graft.torch;

import org.jspecify.annotations.Nullable;

/** The version of this library. */
public final class Version {
  private Version() {}

  /**
   * Returns the version in the jar's manifest.
   *
   * @return the version, or "development" outside a jar
   */
  public static String graft() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
