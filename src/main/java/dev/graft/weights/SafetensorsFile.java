package dev.graft.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.graft.torch.AtomicFile;
import dev.graft.torch.IoProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files, which hold tensors and nothing that could be executed. Tensors are in
 * the order that the reference implementation writes: larger elements first, so that each tensor is
 * aligned, then by name.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format's description</a>
 */
public final class SafetensorsFile {
  private static final int ALIGNMENT = 8;

  private SafetensorsFile() {}

  /**
   * Writes tensors whole or not at all; see {@link AtomicFile}. One tensor at a time is in memory.
   *
   * @param file the file to create or replace; its folder must exist
   * @param tensors at least one, by name
   * @param metadata notes about the file, for example {@code format} to {@code pt}; may be empty
   * @throws IllegalArgumentException if there is no tensor or one has the name {@code __metadata__}
   * @throws java.io.UncheckedIOException if the file cannot be written; what was there before is
   *     unchanged
   */
  public static void write(
      Path file, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    if (tensors.isEmpty() || tensors.containsKey("__metadata__")) {
      throw new IllegalArgumentException(
          tensors.isEmpty() ? "there are no tensors" : "no tensor may be named __metadata__");
    }
    List<Map.Entry<String, StoredTensor>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, StoredTensor> e) -> e.getValue().type())
                    .thenComparing(Map.Entry::getKey, SafetensorsFile::byCodePoint))
            .toList();
    try {
      AtomicFile.writeStream(
          file,
          out -> {
            writeHeader(out, ordered, metadata);
            WritableByteChannel channel = Channels.newChannel(out);
            for (Map.Entry<String, StoredTensor> e : ordered) {
              writeFully(channel, e.getValue().data());
            }
          });
    } catch (IOException e) {
      throw IoProblem.cannotWrite(file, e);
    }
  }

  static StoredStateDict read(Path file) throws IOException {
    var in = new OpenFile(file);
    boolean opened = false;
    try {
      SafetensorsHeader header = SafetensorsHeader.read(file, in);
      if (header.entries().isEmpty()) {
        throw new WeightsException(file, "it holds no tensors", FileKind.Cures.AGAIN);
      }
      var state = new StoredStateDict(file, WeightsFormat.SAFETENSORS, in);
      int prefix = NamePrefix.length(header.names());
      for (SafetensorsHeader.Entry e : header.entries()) {
        String name = e.name().substring(prefix);
        long at = header.dataStart() + e.begin();
        int length = (int) (e.end() - e.begin());
        state.add(name, e.type(), e.shape(), () -> in.read(at, length));
      }
      state.addMetadata(header.metadata());
      opened = true;
      return state;
    } finally {
      if (!opened) {
        in.close();
      }
    }
  }

  /** The order of the names' UTF-8, which Java's order of UTF-16 is not. */
  private static int byCodePoint(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void writeHeader(
      OutputStream out, List<Map.Entry<String, StoredTensor>> tensors, Map<String, String> metadata)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> e : metadata.entrySet()) {
          json.writeStringField(e.getKey(), e.getValue());
        }
        json.writeEndObject();
      }
      long at = 0;
      for (Map.Entry<String, StoredTensor> e : tensors) {
        writeEntry(json, e.getKey(), e.getValue(), at);
        at += e.getValue().byteSize();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    byte[] length = new byte[Long.BYTES];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.size());
    out.write(length);
    bytes.writeTo(out);
  }

  private static void writeEntry(JsonGenerator json, String name, StoredTensor tensor, long at)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", tensor.type().safetensorsName());
    json.writeFieldName("shape");
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {at, at + tensor.byteSize()}, 0, 2);
    json.writeEndObject();
  }
}
