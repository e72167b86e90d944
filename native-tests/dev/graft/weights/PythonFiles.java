package dev.graft.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes what Python's torch.save does and graft does not: checkpoints, and the old format. */
public final class PythonFiles {
  private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");
  private static final byte[] PROTOCOL = HexFormat.of().parseHex("80024de9032e");
  private static final byte[] SYSTEM = HexFormat.of().parseHex("80027d2e");

  private PythonFiles() {}

  /** torch.save({"epoch": 3, key: tensors, "optimizer": {}}, file). */
  public static void checkpoint(Path file, String key, Map<String, StoredTensor> tensors)
      throws IOException {
    var pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}', '('});
    string(pickle, "epoch");
    pickle.writeBytes(new byte[] {'K', 3});
    string(pickle, key);
    byte[] inner = StateDictPickle.of(tensors);
    pickle.write(inner, 2, inner.length - 3); // without its protocol and its stop
    string(pickle, "optimizer");
    pickle.writeBytes(new byte[] {'}', 'u', '.'});
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(zip, "data.pkl", pickle.toByteArray());
      int storage = 0;
      for (StoredTensor tensor : tensors.values()) {
        entry(zip, "data/" + storage++, bytes(tensor));
      }
      entry(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** torch.save(tensors, file, _use_new_zipfile_serialization=False). */
  public static void legacy(Path file, Map<String, StoredTensor> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(MAGIC);
      out.write(PROTOCOL);
      out.write(SYSTEM);
      out.write(StateDictPickle.of(tensors));
      var keys = new ByteArrayOutputStream();
      keys.writeBytes(new byte[] {(byte) 0x80, 2, ']', '('});
      for (int key = 0; key < tensors.size(); key++) {
        string(keys, Integer.toString(key));
      }
      keys.writeBytes(new byte[] {'e', '.'});
      out.write(keys.toByteArray());
      for (StoredTensor tensor : tensors.values()) {
        out.write(littleEndian(tensor.byteSize() / tensor.type().itemSize(), 8));
        out.write(bytes(tensor));
      }
    }
  }

  /** The tensors under the names that nn.DataParallel gives them. */
  public static Map<String, StoredTensor> dataParallel(Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put("module." + name, tensor));
    return renamed;
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry("archive/" + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }

  private static byte[] bytes(StoredTensor tensor) {
    ByteBuffer data = tensor.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private static void string(ByteArrayOutputStream pickle, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.writeBytes(littleEndian(utf8.length, 4));
    pickle.writeBytes(utf8);
  }

  private static byte[] littleEndian(long value, int bytes) {
    byte[] eight =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return Arrays.copyOf(eight, bytes);
  }
}
