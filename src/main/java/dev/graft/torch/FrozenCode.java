package dev.graft.torch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;

/**
 * The functions that freezing a module adds, with its weights as their constants. libtorch puts
 * them where the module's classes are defined, which all its copies share, and would keep them as
 * long as one of these lives.
 */
final class FrozenCode implements AutoCloseable {
  /** Definitions are no business of two threads at once. */
  private static final Object LOCK = new Object();

  private record Added(CompilationUnit unit, List<String> functions) {}

  private final List<Added> added = new ArrayList<>();

  private FrozenCode() {}

  /** A frozen module, and the code to be closed after it. */
  record Result(JitModule module, FrozenCode code) {}

  /** Freezes a module in evaluation mode; in a native call. */
  static Result freeze(JitModule module) {
    synchronized (LOCK) {
      Map<CompilationUnit, Set<String>> before = new LinkedHashMap<>();
      units(module, unit -> before.put(unit, functions(unit)));
      JitModule frozen = Native.keep(torch.freeze(module));
      var code = new FrozenCode();
      before.forEach(
          (unit, known) -> {
            Set<String> now = functions(unit);
            now.removeAll(known);
            code.added.add(new Added(Native.keep(unit), List.copyOf(now)));
          });
      return new Result(frozen, code);
    }
  }

  /** Visits each compilation unit that a class of the module or of one in it is defined in. */
  private static void units(JitModule module, Consumer<CompilationUnit> visitor) {
    Set<Long> seen = new HashSet<>();
    var list = module.named_modules();
    var end = list.end();
    for (var it = list.begin(); it.notEquals(end); it.increment()) {
      CompilationUnit unit = it.multiply().value().type().compilation_unit();
      if (seen.add(unit.address())) {
        visitor.accept(unit);
      }
    }
  }

  private static Set<String> functions(CompilationUnit unit) {
    Set<String> names = new HashSet<>();
    var functions = unit.get_functions();
    for (long i = 0; i < functions.size(); i++) {
      Function function = functions.get(i); // null where one was removed
      if (function != null) {
        names.add(function.qualname().qualifiedName().getString());
      }
    }
    return names;
  }

  /** Removes the functions. Harmless when done before. */
  @Override
  public void close() {
    synchronized (LOCK) {
      for (Added part : added) {
        Native.run(
            () ->
                part.functions()
                    .forEach(name -> part.unit().unsafeRemoveMethod(new QualifiedName(name))));
        part.unit().close();
      }
      added.clear();
    }
  }
}
