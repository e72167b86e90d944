package dev.graft.weights;

import dev.graft.torch.Printable;
import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.Dict;
import dev.graft.weights.Pickled.Plain;
import dev.graft.weights.Pickled.PyList;
import dev.graft.weights.Pickled.Storage;
import dev.graft.weights.Pickled.StorageClass;
import dev.graft.weights.Pickled.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The only names of Python that a pickle may use, and what they mean here. They are those that
 * {@code torch.load(weights_only=True)} allows and that plain, strided tensors need; nothing is
 * looked up in a JVM or a Python.
 */
final class TorchGlobals {
  /** What an allowed name does when it is called. */
  private enum Call {
    ORDERED_DICT,
    /** (storage, offset, size, stride, …) → tensor. */
    TENSOR,
    /** The same over an untyped storage, with the dtype in seventh place. */
    TENSOR_OF_DTYPE,
    /** (tensor, …) → the tensor. */
    PARAMETER,
    /** (sizes) → the sizes. */
    SIZE,
    OPAQUE
  }

  private static final Map<String, Call> CALLS =
      Map.ofEntries(
          Map.entry("collections.OrderedDict", Call.ORDERED_DICT),
          Map.entry("torch._utils._rebuild_tensor", Call.TENSOR),
          Map.entry("torch._utils._rebuild_tensor_v2", Call.TENSOR),
          Map.entry("torch._utils._rebuild_tensor_v3", Call.TENSOR_OF_DTYPE),
          Map.entry("torch._utils._rebuild_parameter", Call.PARAMETER),
          Map.entry("torch._utils._rebuild_parameter_with_state", Call.PARAMETER),
          Map.entry("torch.Size", Call.SIZE),
          Map.entry("torch.device", Call.OPAQUE),
          Map.entry("collections.Counter", Call.OPAQUE),
          Map.entry("collections.defaultdict", Call.OPAQUE),
          Map.entry("_codecs.encode", Call.OPAQUE),
          Map.entry("builtins.set", Call.OPAQUE),
          Map.entry("builtins.frozenset", Call.OPAQUE),
          Map.entry("builtins.bytearray", Call.OPAQUE),
          Map.entry("builtins.complex", Call.OPAQUE),
          Map.entry("builtins.dict", Call.OPAQUE),
          Map.entry("builtins.list", Call.OPAQUE));

  /** Modules through which a pickle runs commands or code. */
  private static final Set<String> DANGEROUS =
      Set.of(
          "os",
          "posix",
          "nt",
          "subprocess",
          "builtins",
          "sys",
          "pty",
          "shutil",
          "socket",
          "runpy",
          "importlib",
          "ctypes",
          "code",
          "pickle",
          "operator",
          "webbrowser",
          "commands",
          "types");

  private static final int MAX_COPIED = 1 << 20;

  private final Map<String, Storage> storages = new HashMap<>();
  private int copied;
  private int sizes;

  /**
   * Looks up a name.
   *
   * @param stack what the pickle has made so far; a name of a class at the very beginning, or in
   *     the notes that the legacy format has about a module's source, is that of a whole model
   */
  Object find(PickleInput in, String module, String name, List<Object> stack) {
    String home = module.equals("__builtin__") ? "builtins" : module;
    Call call = CALLS.get(home + "." + name);
    if (call != null) {
      return call;
    }
    if (home.equals("torch") || home.equals("torch.cuda") || home.equals("torch.storage")) {
      Optional<Object> type = torchType(home, name);
      if (type.isPresent()) {
        return type.get();
      }
    }
    String shown = Printable.of(home + "." + name);
    if (home.startsWith("torch") && (name.endsWith("Storage") || isDtype(home, name))) {
      throw in.bad(
          "holds tensors of type " + shown + ", which graft does not read",
          "Convert them in Python, for example with tensor.to(torch.float32).");
    }
    if (isDangerous(home, name)) {
      throw in.bad(
          "asks to run " + shown + ", as malicious files do; graft runs nothing of a file",
          Unpickler.HOSTILE);
    }
    boolean whole = stack.isEmpty() || stack.get(stack.size() - 1).equals("module");
    throw whole
        ? in.bad(
            "holds a whole Python object of class "
                + shown
                + ", not a state dict; graft runs"
                + " nothing of a file",
            Cures.STATE_DICT)
        : in.bad(
            "needs Python's "
                + shown
                + ", which is no part of a state dict; graft runs nothing of"
                + " a file",
            Cures.CHECKPOINT);
  }

  private static boolean isDangerous(String home, String name) {
    int dot = home.indexOf('.');
    return DANGEROUS.contains(dot < 0 ? home : home.substring(0, dot))
        && !(home.equals("types") && name.equals("SimpleNamespace"));
  }

  private static boolean isDtype(String home, String name) {
    return home.equals("torch") && name.matches("(q?u?int|float|complex|bits|bfloat)\\d.*");
  }

  private static Optional<Object> torchType(String home, String name) {
    if (name.equals("UntypedStorage")) {
      return Optional.of(new StorageClass(Optional.empty()));
    }
    Optional<StoredType> storage = StoredType.ofStorage(name);
    if (storage.isPresent()) {
      return Optional.of(new StorageClass(storage));
    }
    return home.equals("torch")
        ? StoredType.ofDtype(name).map(Object.class::cast)
        : Optional.empty();
  }

  /** Does what Python's call would, with values that only describe tensors. */
  Object call(PickleInput in, Object callable, List<Object> arguments) {
    if (!(callable instanceof Call call)) {
      throw in.bad("calls what cannot be called");
    }
    return switch (call) {
      case ORDERED_DICT -> orderedDict(in, arguments);
      case TENSOR -> tensor(in, arguments, Optional.empty());
      case TENSOR_OF_DTYPE -> {
        if (!(argument(in, arguments, 6) instanceof StoredType type)) {
          throw in.bad("makes a tensor without a type");
        }
        yield tensor(in, arguments, Optional.of(type));
      }
      case PARAMETER -> {
        if (!(argument(in, arguments, 0) instanceof StridedTensor tensor)) {
          throw in.bad("makes a parameter of what is no tensor");
        }
        yield tensor;
      }
      case SIZE -> argument(in, arguments, 0);
      case OPAQUE -> Plain.OPAQUE;
    };
  }

  /** Attributes of tensors and dicts, such as a state dict's versions, are not needed. */
  void requireBuildable(PickleInput in, Object target) {
    boolean known =
        target instanceof Dict || target instanceof StridedTensor || target == Plain.OPAQUE;
    if (!known) {
      throw in.bad("sets attributes of what has none");
    }
  }

  /** The storages that the pickle refers to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  /** A storage: (storage, class, key, device, elements[, view]). */
  Object persistent(PickleInput in, Object id) {
    if (!(id instanceof Tuple tuple) || tuple.items().size() < 5) {
      throw in.bad("refers to something outside that is no storage");
    }
    List<Object> items = tuple.items();
    boolean storage =
        items.get(0).equals("storage")
            && items.get(1) instanceof StorageClass
            && items.get(2) instanceof String
            && items.get(4) instanceof Long;
    if (!storage) {
      throw in.bad("refers to something outside that is no storage");
    }
    var kind = (StorageClass) items.get(1);
    long elements = (Long) items.get(4);
    if (elements < 0 || elements > Long.MAX_VALUE / 8) {
      throw in.bad("has a storage of " + elements + " elements");
    }
    long start = 0;
    long size = elements;
    if (items.size() > 5 && items.get(5) instanceof Tuple view) {
      start = integer(in, argument(in, view.items(), 1));
      size = integer(in, argument(in, view.items(), 2));
      if (start < 0 || size < 0 || start > elements - size) {
        throw in.bad("has a view that leaves its storage");
      }
    }
    var part = new Storage(kind, (String) items.get(2), elements, start, size);
    Storage known = storages.putIfAbsent(part.key(), part);
    if (known != null && known.byteSize() != part.byteSize()) {
      throw in.bad("gives a storage two sizes");
    }
    return part;
  }

  private StridedTensor tensor(PickleInput in, List<Object> arguments, Optional<StoredType> dtype) {
    if (!(argument(in, arguments, 0) instanceof Storage storage)) {
      throw in.bad("makes a tensor without a storage");
    }
    StoredType type =
        dtype
            .or(() -> storage.kind().type())
            .orElseThrow(() -> in.bad("makes a tensor without a type"));
    try {
      return new StridedTensor(
          storage,
          type,
          integer(in, argument(in, arguments, 1)),
          integers(in, argument(in, arguments, 2)),
          integers(in, argument(in, arguments, 3)));
    } catch (IllegalArgumentException e) {
      throw in.bad("has an impossible tensor: " + e.getMessage());
    }
  }

  /** Python 2 passes the entries as a list of pairs. */
  private Dict orderedDict(PickleInput in, List<Object> arguments) {
    var dict = new Dict();
    if (arguments.isEmpty()) {
      return dict;
    }
    if (!(arguments.get(0) instanceof PyList pairs)) {
      throw in.bad("makes an OrderedDict of what is no list");
    }
    copied += pairs.items().size();
    if (copied > MAX_COPIED) {
      throw in.bad("copies more than " + MAX_COPIED + " values", Unpickler.HOSTILE);
    }
    for (Object pair : pairs.items()) {
      List<Object> items =
          pair instanceof PyList list
              ? list.items()
              : pair instanceof Tuple tuple ? tuple.items() : List.of();
      if (items.size() != 2 || !(items.get(0) instanceof String)) {
        throw in.bad("makes an OrderedDict of what are no pairs");
      }
      dict.put(items.get(0), items.get(1));
    }
    return dict;
  }

  private static Object argument(PickleInput in, List<Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw in.bad("calls something with too few arguments");
    }
    return arguments.get(index);
  }

  private static long integer(PickleInput in, Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw in.bad("has something else where an integer belongs");
  }

  private List<Long> integers(PickleInput in, Object value) {
    if (!(value instanceof Tuple tuple)) {
      throw in.bad("has something else where a tensor's sizes belong");
    }
    int dimensions = tuple.items().size();
    if (dimensions > StoredTensor.MAX_DIMENSIONS) {
      throw in.bad("has a tensor of more than " + StoredTensor.MAX_DIMENSIONS + " dimensions");
    }
    sizes += dimensions;
    if (sizes > StoredTensor.MAX_SIZES) {
      throw in.bad(
          "has tensors of more than " + StoredTensor.MAX_SIZES + " sizes and strides together",
          Unpickler.HOSTILE);
    }
    return tuple.items().stream().map(item -> integer(in, item)).toList();
  }
}
