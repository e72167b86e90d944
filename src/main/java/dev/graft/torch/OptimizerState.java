package dev.graft.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** The room is taken before libtorch writes, and the state is a view of what was filled. */
  static Tensor save(
      org.bytedeco.pytorch.Optimizer optimizer, String method, List<ParameterGroup> groups) {
    byte[] description = description(method, groups).getBytes(StandardCharsets.US_ASCII);
    int start = HEADER + description.length;
    try (Tensor room = Tensor.zeros(DType.UINT8, start + room(groups))) {
      long end = Native.call(() -> archive(optimizer, room, start));
      Tensor state = room.narrow(0, 0, end);
      Native.run(
          () ->
              bytes(state)
                  .put(MAGIC)
                  .putInt(0)
                  .putInt(description.length)
                  .put(description)
                  .putInt(MAGIC.length, crc(bytes(state))));
      return state;
    }
  }

  /** A tensor's own memory; valid in the scope of a native call. */
  private static ByteBuffer bytes(Tensor tensor) {
    return new BytePointer(tensor.raw().data_ptr())
        .capacity(tensor.numel())
        .asByteBuffer()
        .order(ByteOrder.BIG_ENDIAN);
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

  private static int crc(ByteBuffer state) {
    var crc = new CRC32C();
    crc.update(state.position(MAGIC.length + Integer.BYTES));
    return (int) crc.getValue();
  }

  /** Two moments of each parameter at most, and what the archive says around them. */
  private static long room(List<ParameterGroup> groups) {
    long bytes = 1 << 16;
    for (ParameterGroup group : groups) {
      for (Tensor parameter : group.parameters()) {
        bytes += 2 * Native.call(() -> parameter.raw().nbytes()) + (1 << 12);
      }
    }
    if (bytes > Integer.MAX_VALUE - (1 << 20)) {
      throw new TorchException("The optimizer's state is too large: it may have 2 GiB at most.");
    }
    return bytes;
  }

  /** Writes libtorch's archive into the room from a position on; returns where it ends. */
  private static long archive(org.bytedeco.pytorch.Optimizer optimizer, Tensor room, long start) {
    var archive = new OutputArchive();
    optimizer.save(archive);
    var sink = new Sink(new BytePointer(room.raw().data_ptr()).capacity(room.numel()), start);
    archive.save_to(sink);
    if (sink.end > room.numel()) {
      throw new TorchException(
          "The optimizer's state is larger than expected: " + sink.end + " bytes.");
    }
    return sink.end;
  }

  /** Called by native code, where an exception would end the process: too much is only counted. */
  private static final class Sink extends ArchiveWriter {
    private final transient BytePointer room;
    private long end;

    Sink(BytePointer room, long start) {
      this.room = room;
      this.end = start;
    }

    @Override
    public long call(Pointer data, long size) {
      if (end + size <= room.capacity()) {
        Pointer.memcpy(room.position(end), data, size);
      }
      end += size;
      return size;
    }
  }

  /** Checks a state and returns where the archive in it begins. */
  static long open(Tensor state, String method, List<ParameterGroup> groups) {
    long[] shape = state.shape();
    if (state.dtype() != DType.UINT8 || shape.length != 1 || shape[0] < HEADER) {
      throw damaged("it does not begin as one", null);
    }
    return Native.call(
        () -> {
          ByteBuffer buffer = bytes(state);
          byte[] magic = new byte[MAGIC.length];
          buffer.get(magic);
          if (!Arrays.equals(MAGIC, magic)) {
            throw damaged("it does not begin as one", null);
          }
          if (buffer.getInt() != crc(bytes(state))) {
            throw damaged("its checksum is wrong", null);
          }
          int length = buffer.getInt();
          if (length < 0 || length > buffer.remaining()) {
            throw damaged("the length in it is wrong", null);
          }
          byte[] description = new byte[length];
          buffer.get(description);
          requireSame(new String(description, StandardCharsets.US_ASCII), method, groups);
          return (long) buffer.position();
        });
  }

  private static void requireSame(String found, String method, List<ParameterGroup> groups) {
    String expected = description(method, groups);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "The optimizer state is of another optimizer: it was saved by one over "
              + shortened(found)
              + ", this one is over "
              + shortened(expected)
              + ". Make the optimizer as the one that saved it.");
    }
  }

  private static String shortened(String description) {
    return description.length() <= 120 ? description : description.substring(0, 117) + "...";
  }

  static IllegalArgumentException damaged(String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "The optimizer state is damaged: " + why + ". Load an undamaged copy, or start afresh.",
        cause);
  }

  /** Loads the archive that begins at a position of a state. */
  static void load(org.bytedeco.pytorch.Optimizer optimizer, Tensor state, long start) {
    Native.run(
        () -> {
          var archive = new InputArchive();
          archive.load_from(
              new BytePointer(state.raw().data_ptr()).position(start), state.numel() - start);
          optimizer.load(archive);
        });
  }
}
