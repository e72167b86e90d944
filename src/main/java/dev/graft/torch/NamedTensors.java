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

  /**
   * Points the handles at the module's present buffers and adds those that are missing: TorchScript
   * code may assign a new tensor to a buffer, as BatchNorm's counter of older versions does.
   */
  static void refreshBuffers(JitModule module, Map<String, Tensor> handles) {
    var list = module.named_buffers(true);
    var end = list.end();
    for (var it = list.begin(); it.notEquals(end); it.increment()) {
      var entry = it.multiply();
      String name = entry.name().getString();
      Tensor handle = handles.get(name);
      if (handle == null) {
        handles.put(name, Tensor.lend(entry.value()));
      } else {
        handle.raw().put(entry.value());
      }
    }
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
