package dev.graft.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.ArchiveWriter;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.jspecify.annotations.Nullable;

/**
 * An optimiser's state as bytes: a checksum, what the optimiser is (its method and its parameters'
 * shapes), and libtorch's own archive. libtorch sees the archive only after the rest was checked;
 * its reader is not made for damaged ones, and it would take moments of another shape.
 *
 * <pre>
 * magic (8 bytes) | CRC-32C of what follows (4) | length of the description (4) | description | archive
 * </pre>
 */
final class OptimizerState {
  private static final byte[] MAGIC = "graftop1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + 2 * Integer.BYTES;

  private OptimizerState() {}

  static byte[] save(
      org.bytedeco.pytorch.Optimizer optimizer, String method, List<ParameterGroup> groups) {
    byte[] archive = Native.call(() -> archive(optimizer, room(groups)));
    byte[] description = description(method, groups).getBytes(StandardCharsets.US_ASCII);
    byte[] state = new byte[Math.addExact(HEADER + description.length, archive.length)];
    ByteBuffer.wrap(state)
        .put(MAGIC)
        .putInt(0)
        .putInt(description.length)
        .put(description)
        .put(archive)
        .putInt(MAGIC.length, crc(state));
    return state;
  }

  /** Everything that decides which states fit. */
  private static String description(String method, List<ParameterGroup> groups) {
    return groups.stream()
        .map(
            group ->
                group.parameters().stream()
                    .map(tensor -> tensor.dtype() + Arrays.toString(tensor.shape()))
                    .collect(Collectors.joining(",", "(", ")")))
        .collect(Collectors.joining("", method, ""));
  }

  private static int crc(byte[] state) {
    var crc = new CRC32C();
    int start = MAGIC.length + Integer.BYTES;
    crc.update(state, start, state.length - start);
    return (int) crc.getValue();
  }

  /** Two moments of each parameter at most, and what the archive says around them. */
  private static int room(List<ParameterGroup> groups) {
    long bytes = 1 << 16;
    for (ParameterGroup group : groups) {
      for (Tensor parameter : group.parameters()) {
        bytes += 2 * Native.call(() -> parameter.raw().nbytes()) + (1 << 12);
      }
    }
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new TorchException("The optimizer's state is too large: it may have 2 GiB at most.");
    }
    return (int) bytes;
  }

  /**
   * The room is taken before libtorch writes: running out of it in the callback would end the
   * process.
   */
  private static byte[] archive(org.bytedeco.pytorch.Optimizer optimizer, int room) {
    var bytes = new ByteArrayOutputStream(room);
    var archive = new OutputArchive();
    optimizer.save(archive);
    archive.save_to(new Sink(bytes));
    return bytes.toByteArray();
  }

  private static final class Sink extends ArchiveWriter {
    private final transient ByteArrayOutputStream bytes;

    Sink(ByteArrayOutputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public long call(Pointer data, long size) {
      byte[] chunk = new byte[Math.toIntExact(size)];
      new BytePointer(data).get(chunk);
      bytes.write(chunk, 0, chunk.length);
      return size;
    }
  }

  /** Checks a state and returns the archive in it. */
  static byte[] open(byte[] state, String method, List<ParameterGroup> groups) {
    if (state.length < HEADER || !Arrays.equals(MAGIC, Arrays.copyOf(state, MAGIC.length))) {
      throw damaged("it does not begin as one", null);
    }
    ByteBuffer buffer = ByteBuffer.wrap(state).position(MAGIC.length);
    if (buffer.getInt() != crc(state)) {
      throw damaged("its checksum is wrong", null);
    }
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw damaged("the length in it is wrong", null);
    }
    byte[] description = new byte[length];
    buffer.get(description);
    String found = new String(description, StandardCharsets.US_ASCII);
    if (!found.equals(description(method, groups))) {
      throw new IllegalArgumentException(
          "The optimizer state is of another optimizer: it was saved by one over "
              + shortened(found)
              + ", this one is over "
              + shortened(description(method, groups))
              + ". Make the optimizer as the one that saved it.");
    }
    return Arrays.copyOfRange(state, buffer.position(), state.length);
  }

  private static String shortened(String description) {
    return description.length() <= 120 ? description : description.substring(0, 117) + "...";
  }

  static IllegalArgumentException damaged(String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "The optimizer state is damaged: " + why + ". Load an undamaged copy, or start afresh.",
        cause);
  }

  static void load(org.bytedeco.pytorch.Optimizer optimizer, byte[] bytes) {
    Native.run(
        () -> {
          var archive = new InputArchive();
          archive.load_from(new BytePointer(bytes), bytes.length);
          optimizer.load(archive);
        });
  }
}
