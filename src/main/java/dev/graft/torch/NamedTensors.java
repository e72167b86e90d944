package dev.graft.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.JitModule;

/**
 * Walks libtorch's lists of a module's contents. Their iterators compare with {@code notEquals}
 * alone; {@code equals} never matches, and the loop would run off the end.
 */
final class NamedTensors {
  private NamedTensors() {}

  static Map<String, Tensor> parameters(JitModule module) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    var list = module.named_parameters(true);
    var end = list.end();
    for (var it = list.begin(); it.notEquals(end); it.increment()) {
      var entry = it.multiply();
      tensors.put(entry.name().getString(), Tensor.lend(entry.value()));
    }
    return Collections.unmodifiableMap(tensors);
  }

  static Map<String, Tensor> buffers(JitModule module) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    var list = module.named_buffers(true);
    var end = list.end();
    for (var it = list.begin(); it.notEquals(end); it.increment()) {
      var entry = it.multiply();
      tensors.put(entry.name().getString(), Tensor.lend(entry.value()));
    }
    return Collections.unmodifiableMap(tensors);
  }

  static List<Module.Node> modules(JitModule module) {
    List<Module.Node> nodes = new ArrayList<>();
    var list = module.named_modules();
    var end = list.end();
    for (var it = list.begin(); it.notEquals(end); it.increment()) {
      var entry = it.multiply();
      var type = entry.value().type().name().get();
      var path = entry.name(); // null for the root's empty name
      nodes.add(
          new Module.Node(path == null ? "" : path.getString(), type.qualifiedName().getString()));
    }
    return nodes;
  }
}
