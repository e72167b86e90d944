package dev.graft.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values that a pickle may make. Beside these there are String, Long, BigInteger, Double and
 * Boolean. Containers compare by identity, so that no comparison walks through one that contains
 * itself.
 */
final class Pickled {
  private Pickled() {}

  /** Values of which nothing is kept. */
  enum Plain {
    /** Python's None. */
    NONE,
    /** Something harmless that no state dict needs: bytes, a set, a device. */
    OPAQUE
  }

  /** A Python tuple. */
  static final class Tuple {
    private final List<Object> items;

    Tuple(List<Object> items) {
      this.items = items;
    }

    List<Object> items() {
      return items;
    }
  }

  /** A Python list. */
  static final class PyList {
    private final List<Object> items = new ArrayList<>(0);

    List<Object> items() {
      return items;
    }
  }

  /** A Python dict or OrderedDict. An empty one, of which a byte makes one, takes few bytes. */
  static final class Dict {
    private Map<Object, Object> entries = Map.of();

    Map<Object, Object> entries() {
      return Collections.unmodifiableMap(entries);
    }

    void put(Object key, Object value) {
      if (entries.isEmpty()) {
        entries = new LinkedHashMap<>();
      }
      entries.put(key, value);
    }
  }

  /**
   * A class of storages.
   *
   * @param type the type of their elements; empty for untyped ones, which count bytes
   */
  record StorageClass(Optional<StoredType> type) {
    int itemSize() {
      return type.map(StoredType::itemSize).orElse(1);
    }
  }

  /** A storage of the file, or a part of one. */
  static final class Storage {
    private final StorageClass kind;
    private final String key;
    private final long elements;
    private final long start;
    private final long viewElements;

    /**
     * A part of a storage.
     *
     * @param elements how many elements the whole storage has
     * @param start the part's first element
     * @param viewElements how many elements the part has
     */
    Storage(StorageClass kind, String key, long elements, long start, long viewElements) {
      this.kind = kind;
      this.key = key;
      this.elements = elements;
      this.start = start;
      this.viewElements = viewElements;
    }

    StorageClass kind() {
      return kind;
    }

    String key() {
      return key;
    }

    long elements() {
      return elements;
    }

    /** The size of the whole storage in bytes. */
    long byteSize() {
      return elements * kind.itemSize();
    }

    /** The place of the part in the storage, in bytes. */
    long byteStart() {
      return start * kind.itemSize();
    }

    /** The size of the part in bytes. */
    long viewByteSize() {
      return viewElements * kind.itemSize();
    }
  }
}
