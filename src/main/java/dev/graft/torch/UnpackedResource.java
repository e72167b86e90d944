package dev.graft.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.bytedeco.javacpp.Loader;

/**
 * A resource of the class path as a file: unpacked into JavaCPP's cache, beside libtorch, under a
 * name that its content decides. JavaCPP's own unpacking goes by size and time, which can be the
 * same in two versions of a jar.
 */
public final class UnpackedResource {
  private UnpackedResource() {}

  /**
   * Unpacks a resource, unless that was done and the file is as it was.
   *
   * @param owner a class in whose package it lies
   * @param name its name there
   * @return a file that must not be changed
   * @throws UncheckedIOException if it cannot be unpacked
   */
  public static Path of(Class<?> owner, String name) {
    NativeRuntime.load(); // sets JavaCPP's limits, which it reads when its classes load
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing beside " + owner.getName());
      }
      byte[] content = in.readAllBytes();
      String digest = HexFormat.of().formatHex(Sha256.begin().digest(content), 0, 8);
      Path folder = Loader.getCacheDir().toPath().resolve("graft").resolve(digest);
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
        Files.createDirectories(folder);
        AtomicFile.writeStream(file, out -> out.write(content));
      }
      return file;
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
