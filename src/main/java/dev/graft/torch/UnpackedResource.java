package dev.graft.torch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/**
 * A resource of the class path as a file: unpacked once into JavaCPP's cache, beside libtorch, and
 * again when the jar has changed.
 */
public final class UnpackedResource {
  private UnpackedResource() {}

  /**
   * Finds or unpacks a resource.
   *
   * @param owner a class in whose package it lies
   * @param name its name there
   * @return a file that must not be changed
   * @throws UncheckedIOException if it cannot be unpacked
   */
  public static Path of(Class<?> owner, String name) {
    NativeRuntime.load(); // sets JavaCPP's limits, which it reads when its classes load
    URL resource = owner.getResource(name);
    if (resource == null) {
      throw new IllegalStateException(name + " is missing beside " + owner.getName());
    }
    try {
      File file = Loader.cacheResource(resource);
      if (file == null) {
        throw new IOException("JavaCPP found no folder for it");
      }
      return file.toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot unpack "
              + name
              + ": "
              + IoProblem.of(e)
              + ". It is put into ~/.javacpp, or where -Dorg.bytedeco.javacpp.cachedir=DIR says.",
          e);
    }
  }
}
