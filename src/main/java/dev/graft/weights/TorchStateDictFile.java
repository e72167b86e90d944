package dev.graft.weights;

import dev.graft.torch.AtomicFile;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes state dicts as {@code torch.save} does since PyTorch 1.6: a zip of a pickle and one
 * uncompressed entry a tensor. {@code torch.load(file, weights_only=True)} reads it, and {@code
 * load_state_dict} takes the result. The same tensors give the same bytes.
 */
public final class TorchStateDictFile {
  private static final String ROOT = "archive/";

  /** Where torch's own writer puts a tensor's first byte, so that the file can be mapped. */
  private static final int ALIGNMENT = 64;

  /**
   * Any would do after 1980, which the JDK marks by a longer header; a fixed one is reproducible.
   */
  private static final LocalDateTime DATE = LocalDateTime.of(2000, 1, 1, 0, 0);

  /** A local header's size without its name and its extra field. */
  private static final int LOCAL_HEADER_BYTES = 30;

  private final CountingStream counter;
  private final ZipOutputStream zip;

  private TorchStateDictFile(OutputStream out) {
    this.counter = new CountingStream(out);
    this.zip = new ZipOutputStream(counter);
  }

  /**
   * Writes tensors whole or not at all; see {@link AtomicFile}. One tensor at a time is in memory.
   * Each tensor gets a storage of its own.
   *
   * @param file the file to create or replace; its folder must exist
   * @param tensors at least one, by name, in the order of the state dict
   * @throws IllegalArgumentException if there is no tensor
   * @throws java.io.UncheckedIOException if the file cannot be written; what was there before is
   *     unchanged
   */
  public static void write(Path file, Map<String, StoredTensor> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("there are no tensors");
    }
    try {
      AtomicFile.writeStream(file, out -> new TorchStateDictFile(out).write(tensors));
    } catch (IOException e) {
      throw IoProblem.cannotWrite(file, e);
    }
  }

  private void write(Map<String, StoredTensor> tensors) throws IOException {
    entry("data.pkl", ByteBuffer.wrap(StateDictPickle.of(tensors)));
    entry("byteorder", text("little"));
    int key = 0;
    for (StoredTensor tensor : tensors.values()) {
      entry("data/" + key++, tensor.data());
    }
    entry("version", text("3\n"));
    zip.finish();
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void entry(String name, ByteBuffer content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    var entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.remaining());
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(DATE);
    entry.setExtra(padding(counter.count + LOCAL_HEADER_BYTES + entry.getName().length()));
    zip.putNextEntry(entry);
    SafetensorsFile.writeFully(Channels.newChannel(zip), content);
    zip.closeEntry();
  }

  /** An extra field of torch's kind, {@code FB}, that makes the content begin aligned. */
  private static byte[] padding(long headerEnd) {
    int fill = (int) Math.floorMod(-(headerEnd + 4), (long) ALIGNMENT);
    byte[] extra = new byte[4 + fill];
    extra[0] = 'F';
    extra[1] = 'B';
    extra[2] = (byte) fill;
    return extra;
  }

  /** Counts what passes, since an entry's alignment depends on where it begins. */
  private static final class CountingStream extends OutputStream {
    private final OutputStream out;
    private long count;

    CountingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }
  }
}
