package dev.graft.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.SingletonTypePtr;
import org.bytedeco.pytorch.Type;

/**
 * Builds a TorchScript module from parameters, buffers, submodules and source, without Python.
 *
 * <pre>{@code
 * Module linear =
 *     new ModuleBuilder("torch.nn.modules.linear.Linear")
 *         .parameter("weight", weight)
 *         .parameter("bias", bias)
 *         .define("def forward(self, input):\n  return torch.linear(input, self.weight, self.bias)")
 *         .build();
 * }</pre>
 */
public final class ModuleBuilder implements AutoCloseable {
  private final JitModule raw;
  private final List<String> sources = new ArrayList<>();

  /**
   * Starts an empty module in training mode.
   *
   * @param className the dotted name of its class; Python shows it as {@code original_name}
   */
  public ModuleBuilder(String className) {
    raw =
        Native.call(
            () -> {
              var name = new QualifiedName("__torch__." + className);
              var module = new JitModule(name, new CompilationUnit(), false);
              var bool = new Type.TypePtr(new SingletonTypePtr(BoolType.get()));
              module.register_attribute("training", bool, new IValue(true));
              return Native.keep(module);
            });
  }

  /**
   * Adds a trainable parameter.
   *
   * @param name a Python identifier
   * @param value the module shares it; the caller still closes its own handle
   * @return this
   */
  public ModuleBuilder parameter(String name, Tensor value) {
    Native.run(
        () -> {
          raw.register_parameter(name, value.raw(), false);
          value.raw().set_requires_grad(true);
        });
    return this;
  }

  /**
   * Adds a buffer.
   *
   * @param name a Python identifier
   * @param value the module shares it; the caller still closes its own handle
   * @return this
   */
  public ModuleBuilder buffer(String name, Tensor value) {
    Native.run(() -> raw.register_parameter(name, value.raw(), true));
    return this;
  }

  /**
   * Adds a submodule.
   *
   * @param name a Python identifier
   * @param module shares its tensors; the caller still closes its own handle
   * @return this
   */
  public ModuleBuilder module(String name, Module module) {
    Native.run(() -> raw.register_module(name, module.raw()));
    return this;
  }

  /**
   * Adds methods; they are compiled by {@link #build()}, when everything they mention is there.
   *
   * @param source TorchScript {@code def}s; submodules are called as {@code self.conv1.forward(x)}
   * @return this
   */
  public ModuleBuilder define(String source) {
    sources.add(source + "\n"); // the parser wants a line end after the last statement
    return this;
  }

  /**
   * Compiles the methods.
   *
   * @return the module, owned by the caller; the builder is closed
   * @throws TorchException if a source does not compile
   */
  public Module build() {
    try {
      return Native.call(
          () -> {
            sources.forEach(raw::define);
            return Module.own(new JitModule(raw));
          });
    } finally {
      close();
    }
  }

  /** Frees the builder; only needed where {@link #build()} was not reached. */
  @Override
  public void close() {
    if (!raw.isNull()) {
      raw.close();
    }
  }
}
