package dev.graft.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.global.torch;

/**
 * Saves modules without letting libtorch write to a disk: an out-of-space error inside its writer
 * ends the process. libtorch writes to memory-backed storage whose free space is checked first;
 * Java copies the result beside the target, synchronises and renames it, and can fail harmlessly.
 */
final class ModuleFiles {
  /** Room for what the zip adds to the tensors: code, names, alignment. */
  private static final long OVERHEAD = 16L << 20;

  private ModuleFiles() {}

  static void save(Module module, Path file, Map<String, byte[]> extraFiles) {
    Path target = file.toAbsolutePath();
    try {
      stage(
          module,
          extraFiles,
          staged -> {
            publish(staged, target);
            return target;
          });
    } catch (IOException e) {
      throw IoProblem.cannotWrite(file, e);
    }
  }

  /** Saves a module to memory and loads it from there, so that it shares nothing with another. */
  static Module reload(Module module) {
    try {
      return stage(
          module, Map.of(), staged -> Native.call(() -> Module.own(torch.load(staged.toString()))));
    } catch (IOException e) {
      throw new UncheckedIOException("The module cannot be compiled again: " + IoProblem.of(e), e);
    }
  }

  private interface Use<T> {
    T of(Path staged) throws IOException;
  }

  /** Lets libtorch write a module where there is room, for the time of its use. */
  private static <T> T stage(Module module, Map<String, byte[]> extraFiles, Use<T> use)
      throws IOException {
    Path folder = Staging.create(size(module, extraFiles));
    // libtorch names the folder inside the zip after the file: always the same.
    Path staged = folder.resolve("model.pt");
    try {
      Native.run(() -> module.raw().save(staged.toString(), toNative(extraFiles)));
      return use.of(staged);
    } finally {
      Staging.discard(folder);
    }
  }

  private static long size(Module module, Map<String, byte[]> extraFiles) {
    long bytes = OVERHEAD + module.constants() + stateBytes(module);
    for (byte[] content : extraFiles.values()) {
      bytes += content.length;
    }
    return bytes;
  }

  /** What the parameters and buffers take in a file: a part of a storage is saved as the whole. */
  static long stateBytes(Module module) {
    long bytes = 0;
    for (Tensor tensor : module.state().values()) {
      bytes += Native.call(() -> tensor.raw().storage().nbytes());
    }
    return bytes;
  }

  private static void publish(Path staged, Path target) throws IOException {
    AtomicFile.write(
        target,
        out -> {
          try (FileChannel in = FileChannel.open(staged)) {
            for (long at = 0; at < in.size(); ) {
              at += in.transferTo(at, in.size() - at, out);
            }
          }
        });
  }

  static ExtraFilesMap toNative(Map<String, byte[]> extraFiles) {
    var map = new ExtraFilesMap();
    extraFiles.forEach((name, content) -> map.put(new BytePointer(name), bytes(content)));
    return map;
  }

  static byte[] get(ExtraFilesMap map, String name) {
    BytePointer content = map.get(new BytePointer(name));
    byte[] bytes = new byte[Math.toIntExact(content.limit())];
    content.get(bytes);
    return bytes;
  }

  /** JavaCPP makes the map's std::string of a pointer's bytes up to its limit. */
  private static BytePointer bytes(byte[] content) {
    return new BytePointer(content.length + 1L)
        .put(content, 0, content.length)
        .limit(content.length);
  }
}
