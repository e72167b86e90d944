package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a tensor of an architecture is, without the tensor. An architecture is built once to see
 * what it has; files are compared with that.
 */
record Layout(List<Long> shape, DType dtype) {
  private static final Map<Architecture, Map<String, Layout>> SEEN = new ConcurrentHashMap<>();

  Layout {
    shape = List.copyOf(shape);
  }

  /** Every parameter and buffer by name, in the module's order. */
  static Map<String, Layout> of(Architecture architecture, int classes) {
    Map<String, Layout> layouts =
        new LinkedHashMap<>(SEEN.computeIfAbsent(architecture, Layout::seen));
    for (String part : List.of(".weight", ".bias")) {
      layouts.computeIfPresent(
          architecture.headName() + part, (name, head) -> head.withRows(classes));
    }
    return layouts;
  }

  private static Map<String, Layout> seen(Architecture architecture) {
    Map<String, Layout> layouts = new LinkedHashMap<>();
    try (Module module = architecture.buildEmpty(1)) {
      module.state().forEach((name, tensor) -> layouts.put(name, of(tensor)));
    }
    return Collections.unmodifiableMap(layouts);
  }

  private static Layout of(Tensor tensor) {
    return new Layout(Arrays.stream(tensor.shape()).boxed().toList(), tensor.dtype());
  }

  private Layout withRows(long rows) {
    Long[] changed = shape.toArray(Long[]::new);
    changed[0] = rows;
    return new Layout(List.of(changed), dtype);
  }
}
