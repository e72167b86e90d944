package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.PyList;
import dev.graft.weights.Pickled.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@code torch.save} wrote before PyTorch 1.6: five pickles (magic number, protocol,
 * system, object, storage keys), then for each key the count of elements in 8 bytes and the
 * elements, little endian on every machine.
 */
final class TorchLegacy {
  private static final long PROTOCOL = 1001;

  private final Path file;
  private final OpenFile in;
  private final Map<String, Long> places = new HashMap<>();

  private TorchLegacy(Path file, OpenFile in) {
    this.file = file;
    this.in = in;
  }

  static StoredStateDict read(Path file) throws IOException {
    var in = new OpenFile(file);
    boolean opened = false;
    try {
      StoredStateDict state = new TorchLegacy(file, in).stateDict();
      opened = true;
      return state;
    } finally {
      if (!opened) {
        in.close();
      }
    }
  }

  private StoredStateDict stateDict() throws IOException {
    var pickles = new PickleInput(file, in.stream(0, in.size()));
    Unpickler.load(pickles, new TorchGlobals()); // The magic number, by which it was recognised.
    if (!Unpickler.load(pickles, new TorchGlobals()).equals(PROTOCOL)) {
      throw pickles.bad("is of a protocol that torch.save never had");
    }
    Unpickler.load(pickles, new TorchGlobals()); // The system: its byte order changes nothing.
    var globals = new TorchGlobals();
    Object value = Unpickler.load(pickles, globals);
    List<String> keys = keys(pickles, Unpickler.load(pickles, new TorchGlobals()));
    place(keys, globals.storages(), pickles.position());
    var state = new StoredStateDict(file, WeightsFormat.TORCH_LEGACY, in);
    Checkpoint checkpoint = Checkpoint.of(file, in.size(), value);
    state.addDropped(checkpoint.dropped());
    for (var named : checkpoint.tensors().entrySet()) {
      StridedTensor tensor = named.getValue();
      Long start = places.get(tensor.storage().key());
      if (start == null) {
        throw pickles.bad("lacks the storage of its tensor " + Printable.of(named.getKey()));
      }
      state.add(
          named.getKey(),
          tensor.type(),
          tensor.shape(),
          () -> tensor.read((at, length) -> in.read(start + at, length), false));
    }
    return state;
  }

  private static List<String> keys(PickleInput pickles, Object value) {
    List<String> keys = new ArrayList<>();
    if (value instanceof PyList list) {
      for (Object key : list.items()) {
        keys.add(key instanceof String text ? text : "");
      }
    }
    if (keys.contains("") || keys.size() != keys.stream().distinct().count()) {
      throw pickles.bad("has a list of storages that is none");
    }
    return keys;
  }

  /** Finds each storage by the sizes of those before it. */
  private void place(List<String> keys, Map<String, Storage> storages, long start)
      throws IOException {
    long at = start;
    for (String key : keys) {
      Storage storage = storages.get(key);
      if (storage == null) {
        throw new WeightsException(
            file, "its storage " + Printable.of(key) + " belongs to no tensor", Cures.AGAIN);
      }
      if (at > in.size() - Long.BYTES || storage.byteSize() > in.size() - Long.BYTES - at) {
        throw new WeightsException(
            file, "it is truncated: a storage should end after its last byte", Cures.AGAIN);
      }
      long elements = Long.reverseBytes(ByteBuffer.wrap(in.read(at, Long.BYTES)).getLong());
      if (elements != storage.elements()) {
        throw new WeightsException(
            file,
            "it is damaged: a storage has " + elements + " elements, not " + storage.elements(),
            Cures.AGAIN);
      }
      places.put(key, at + Long.BYTES);
      at += Long.BYTES + storage.byteSize();
    }
  }
}
