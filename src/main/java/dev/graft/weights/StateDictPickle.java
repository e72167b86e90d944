package dev.graft.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The pickle of a state dict, protocol 2: an OrderedDict whose values are calls of {@code
 * torch._utils._rebuild_tensor_v2} on storages named 0, 1, 2 and so on in the dict's order.
 */
final class StateDictPickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private StateDictPickle() {}

  static byte[] of(Map<String, StoredTensor> tensors) {
    var pickle = new StateDictPickle();
    pickle.op(0x80).op(2);
    pickle.global("collections", "OrderedDict").op(')').op('R');
    pickle.op('(');
    int key = 0;
    for (Map.Entry<String, StoredTensor> e : tensors.entrySet()) {
      pickle.string(e.getKey());
      pickle.tensor(e.getValue(), key++);
    }
    pickle.op('u').op('.');
    return pickle.out.toByteArray();
  }

  private void tensor(StoredTensor tensor, int key) {
    long elements = tensor.byteSize() / tensor.type().itemSize();
    global("torch._utils", "_rebuild_tensor_v2");
    op('(');
    op('(').string("storage").global("torch", tensor.type().storageName());
    string(Integer.toString(key)).string("cpu").integer(elements).op('t').op('Q');
    integer(0);
    tuple(tensor.shape());
    tuple(strides(tensor.shape()));
    op(0x89);
    global("collections", "OrderedDict").op(')').op('R');
    op('t').op('R');
  }

  /** Row-major strides; PyTorch takes a size of 0 for 1 here. */
  static List<Long> strides(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(shape.get(i), 1);
    }
    return List.of(strides);
  }

  private void tuple(List<Long> values) {
    op('(');
    values.forEach(this::integer);
    op('t');
  }

  private StateDictPickle integer(long value) {
    if (value >= 0 && value <= Integer.MAX_VALUE) {
      op('J');
      return littleEndian(value, 4);
    }
    op(0x8a).op(8);
    return littleEndian(value, 8);
  }

  private StateDictPickle string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X');
    littleEndian(utf8.length, 4);
    out.writeBytes(utf8);
    return this;
  }

  private StateDictPickle global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private StateDictPickle op(int code) {
    out.write(code);
    return this;
  }

  private StateDictPickle littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      op((int) (value >>> (8 * i)) & 0xff);
    }
    return this;
  }
}
