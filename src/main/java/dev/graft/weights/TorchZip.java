package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads what {@code torch.save} writes since PyTorch 1.6: a zip whose entries lie in one folder,
 * with the pickle in {@code data.pkl}, each storage in {@code data/KEY} and, since PyTorch 2.1, the
 * byte order in {@code byteorder}.
 */
final class TorchZip {
  private static final int MAX_BYTE_ORDER_BYTES = 16;

  private final Path file;
  private final ZipFile zip;
  private final String root;

  private TorchZip(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
    this.root = TorchScriptFile.root(zip);
  }

  static StoredStateDict read(Path file) throws IOException {
    ZipFile zip = TorchScriptFile.open(file);
    boolean opened = false;
    try {
      long size = Files.size(file);
      ZipCheck.check(file, size, zip);
      StoredStateDict state = new TorchZip(file, zip).stateDict(size);
      opened = true;
      return state;
    } finally {
      if (!opened) {
        zip.close();
      }
    }
  }

  private StoredStateDict stateDict(long fileSize) throws IOException {
    Object value;
    try (InputStream in = zip.getInputStream(entry("data.pkl"))) {
      value = Unpickler.load(new PickleInput(file, in), new TorchGlobals());
    }
    boolean bigEndian = isBigEndian();
    var state = new StoredStateDict(file, WeightsFormat.TORCH_ZIP, zip);
    Checkpoint checkpoint = Checkpoint.of(file, fileSize, value);
    state.addDropped(checkpoint.dropped());
    for (var named : checkpoint.tensors().entrySet()) {
      StridedTensor tensor = named.getValue();
      ZipEntry entry = storage(named.getKey(), tensor);
      state.add(
          named.getKey(),
          tensor.type(),
          tensor.shape(),
          () -> tensor.read((at, length) -> read(entry, at, length), bigEndian));
    }
    return state;
  }

  private ZipEntry storage(String name, StridedTensor tensor) {
    Storage storage = tensor.storage();
    ZipEntry entry = entry("data/" + storage.key());
    if (entry.getSize() != storage.byteSize()) {
      throw new WeightsException(
          file,
          "the storage of its tensor "
              + Printable.of(name)
              + " has "
              + entry.getSize()
              + " bytes, not "
              + storage.byteSize(),
          Cures.AGAIN);
    }
    return entry;
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = zip.getEntry(root + name);
    if (entry == null) {
      throw new WeightsException(
          file, "it lacks its entry " + Printable.of(root + name), Cures.AGAIN);
    }
    return entry;
  }

  /** Skipping is a seek where an entry is not compressed, as torch's are. */
  private byte[] read(ZipEntry entry, long at, int length) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(at);
      byte[] bytes = new byte[length];
      if (in.readNBytes(bytes, 0, length) < length) {
        throw new EOFException(entry.getName() + " has ended");
      }
      return bytes;
    }
  }

  private boolean isBigEndian() throws IOException {
    ZipEntry entry = zip.getEntry(root + "byteorder");
    if (entry == null) {
      return false;
    }
    String order;
    try (InputStream in = zip.getInputStream(entry)) {
      order = new String(in.readNBytes(MAX_BYTE_ORDER_BYTES), StandardCharsets.ISO_8859_1);
    }
    return switch (order) {
      case "little" -> false;
      case "big" -> true;
      default ->
          throw new WeightsException(file, "its byte order is " + Printable.of(order), Cures.AGAIN);
    };
  }
}
