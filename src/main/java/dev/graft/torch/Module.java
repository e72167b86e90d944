package dev.graft.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript module: code, parameters and buffers. It owns its parameters' and buffers' handles;
 * what {@link #namedParameters()} and {@link #namedBuffers()} return is borrowed.
 *
 * <p>A module is used by one thread at a time, except that several may run {@link #forward} of a
 * module in eval mode.
 */
public final class Module implements AutoCloseable {
  private @Nullable JitModule raw;
  private @Nullable Map<String, Tensor> parameters;
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();

  /** What saving writes beside parameters and buffers: constants and the like; in bytes. */
  private long constants;

  private boolean frozen;

  private Module(JitModule raw) {
    this.raw = raw;
  }

  /** Takes a pointer made in the running native call out of its scope. */
  static Module own(JitModule raw) {
    return new Module(Native.keep(raw));
  }

  /**
   * Loads a TorchScript file. The file is code: load only what you trust. libtorch's reader is not
   * hardened against damaged files; {@code dev.graft.weights.TorchScriptFile} checks them first.
   *
   * @param file saved by {@code torch.jit.save} or {@link #save}
   * @param device where the tensors go
   * @return the module, in the mode it was saved in
   * @throws TorchException if libtorch cannot read the file
   */
  public static Module load(Path file, Device device) {
    return load(file, device, new LinkedHashMap<>());
  }

  /**
   * Loads a TorchScript file with the side files inside it, as the {@code _extra_files} of {@code
   * torch.jit.load}.
   *
   * @param file saved by {@code torch.jit.save} or {@link #save}
   * @param device where the tensors go
   * @param extraFiles the names to read; their values are replaced by the contents, empty where the
   *     file has none of that name
   * @return the module, in the mode it was saved in
   * @throws TorchException if libtorch cannot read the file
   */
  public static Module load(Path file, Device device, Map<String, byte[]> extraFiles) {
    Module module =
        Native.call(
            () -> {
              ExtraFilesMap extra = ModuleFiles.toNative(extraFiles);
              JitModule loaded =
                  torch.load(file.toString(), new DeviceOptional(device.toNative()), extra, true);
              extraFiles.replaceAll((name, old) -> ModuleFiles.get(extra, name));
              return own(loaded);
            });
    module.constants = Math.max(0, file.toFile().length() - ModuleFiles.stateBytes(module));
    return module;
  }

  /**
   * Saves the module as a TorchScript file that {@code torch.jit.load} opens, atomically: the
   * target is replaced by a whole, synchronised file or not at all.
   *
   * @param file the target
   * @param extraFiles side files to put inside, by name
   * @throws TorchException if the module cannot be serialised
   * @throws IllegalStateException if it is frozen: what that makes of it no file can hold
   * @throws java.io.UncheckedIOException if there is no room or the target cannot be written
   */
  public void save(Path file, Map<String, byte[]> extraFiles) {
    if (frozen) {
      throw new IllegalStateException(
          "A frozen module cannot be saved; save the module that it was made of.");
    }
    ModuleFiles.save(this, file, extraFiles);
  }

  JitModule raw() {
    JitModule module = raw;
    if (module == null) {
      throw new IllegalStateException("The module is closed.");
    }
    return module;
  }

  /**
   * Runs the module's {@code forward}.
   *
   * @param input the only argument
   * @return the result, owned by the caller
   * @throws TorchException if the module fails or returns anything but one tensor
   */
  public Tensor forward(Tensor input) {
    return call("forward", input);
  }

  /**
   * Runs one of the module's methods that takes and returns a tensor.
   *
   * @param method the method's name
   * @param input the only argument
   * @return the result, owned by the caller
   * @throws TorchException if there is no such method, it fails, or it returns anything else
   */
  public Tensor call(String method, Tensor input) {
    return Native.tensor(
        () -> {
          var arguments = new IValueVector(new IValue(input.raw()));
          IValue result = raw().get_method(method).apply(arguments);
          if (!result.isTensor()) {
            throw new TorchException(
                "The module's "
                    + method
                    + " returns "
                    + result.tagKind().getString()
                    + ", not one tensor.");
          }
          return result.toTensor();
        });
  }

  /**
   * Tells whether the module has a method.
   *
   * @param method the name
   * @return true if {@link #call} can run it
   */
  public boolean hasMethod(String method) {
    return Native.call(() -> raw().find_method(method).has_value());
  }

  /**
   * Compiles further TorchScript methods onto the module. Inside, submodules are called as {@code
   * self.conv1.forward(x)}.
   *
   * @param source one or more {@code def}s
   * @throws TorchException if the source does not compile
   */
  public void define(String source) {
    Native.run(() -> raw().define(source + "\n"));
  }

  /** Switches the module and all in it to training mode. */
  public void train() {
    Native.run(() -> raw().train(true));
  }

  /** Switches the module and all in it to evaluation mode. */
  public void eval() {
    Native.run(() -> raw().train(false));
  }

  /**
   * Tells the mode.
   *
   * @return true in training mode
   */
  public boolean isTraining() {
    return Native.call(() -> raw().is_training());
  }

  /**
   * Moves all parameters and buffers, in place.
   *
   * @param device the target
   */
  public void to(Device device) {
    Native.run(() -> raw().to(device.toNative()));
    forgetHandles();
  }

  /**
   * Converts all parameters and buffers of {@link DType}'s floating-point types, in place.
   *
   * @param dtype a floating-point type
   */
  public void to(DType dtype) {
    // libtorch's own conversion would turn BatchNorm's integer counters into floats too.
    convert(
        tensor -> tensor.isFloatingPoint() && tensor.dtype() != dtype, tensor -> tensor.to(dtype));
  }

  /**
   * Lays the weights of convolutions, all parameters and buffers of four dimensions, out in memory
   * in another order, in place; as {@code module.to(memory_format=…)} does in Python.
   *
   * @param format the target
   */
  public void to(MemoryFormat format) {
    convert(
        tensor -> tensor.shape().length == 4 && !tensor.isContiguous(format),
        tensor -> tensor.to(format));
  }

  private void convert(Predicate<Tensor> which, UnaryOperator<Tensor> conversion) {
    state()
        .forEach(
            (name, tensor) -> {
              if (which.test(tensor)) {
                boolean requiresGrad = tensor.requiresGrad();
                try (NoGrad guard = NoGrad.open();
                    Tensor converted = conversion.apply(tensor)) {
                  converted.requiresGrad(requiresGrad);
                  assign(name, converted);
                }
              }
            });
    forgetHandles();
  }

  /**
   * Returns the parameters by dotted name, in order of registration.
   *
   * @return an unmodifiable map of borrowed tensors, valid until the module is closed, moved or has
   *     a parameter replaced
   */
  public Map<String, Tensor> namedParameters() {
    Map<String, Tensor> known = parameters;
    if (known == null) {
      known = Native.call(() -> NamedTensors.parameters(raw()));
      parameters = known;
    }
    return known;
  }

  /**
   * Returns the buffers (such as BatchNorm's running statistics) by dotted name.
   *
   * @return an unmodifiable map of borrowed tensors, valid until the module is closed or moved; ask
   *     again after {@link #forward} in training mode, which may put new tensors in their place
   */
  public Map<String, Tensor> namedBuffers() {
    Native.run(() -> NamedTensors.refreshBuffers(raw(), buffers));
    return Collections.unmodifiableMap(buffers);
  }

  /**
   * Returns one parameter.
   *
   * @param name dotted, such as {@code fc.weight}
   * @return borrowed, valid as long as those of {@link #namedParameters()}
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  public Tensor parameter(String name) {
    return require(namedParameters(), "parameter", name);
  }

  /**
   * Returns one buffer.
   *
   * @param name dotted, such as {@code bn1.running_mean}
   * @return borrowed, valid as long as those of {@link #namedBuffers()}
   * @throws IllegalArgumentException if there is no buffer of that name
   */
  public Tensor buffer(String name) {
    return require(namedBuffers(), "buffer", name);
  }

  private static Tensor require(Map<String, Tensor> tensors, String kind, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("The module has no " + kind + " \"" + name + "\".");
    }
    return tensor;
  }

  /**
   * Returns what a state dict holds: the parameters, then the buffers, by dotted name.
   *
   * @return a new map of borrowed tensors
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(namedParameters());
    state.putAll(namedBuffers());
    return state;
  }

  /**
   * One module of the tree.
   *
   * @param path dotted, empty for the root
   * @param type the qualified name of its class, such as {@code
   *     __torch__.torch.nn.modules.linear.Linear}
   */
  public record Node(String path, String type) {}

  /**
   * Lists this module and all in it, parents first, in order of registration.
   *
   * @return the tree
   */
  public List<Node> namedModules() {
    return Native.call(() -> Collections.unmodifiableList(NamedTensors.modules(raw())));
  }

  /**
   * Returns a module inside this one. It shares its tensors with this one.
   *
   * @param path dotted, such as {@code layer4.1.conv2}; empty for this module
   * @return a handle, owned by the caller
   * @throws IllegalArgumentException if there is no module of that name
   */
  public Module submodule(String path) {
    return Native.call(() -> own(find(path)));
  }

  private JitModule find(String path) {
    JitModule module = new JitModule(raw());
    for (String name : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
      if (!module.hasattr(name) || !module.attr(name).isModule()) {
        throw new IllegalArgumentException("The module has no submodule \"" + path + "\".");
      }
      module = new JitModule(module.attr(name).toObject());
    }
    return module;
  }

  /**
   * Replaces a parameter by a tensor of any shape. The module's code stays as it is.
   *
   * @param name dotted, such as {@code fc.weight}
   * @param value the new parameter; the module shares it, the caller still closes its own handle
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  public void setParameter(String name, Tensor value) {
    parameter(name);
    assign(name, value);
    forgetHandles();
  }

  private void assign(String name, Tensor value) {
    int dot = name.lastIndexOf('.');
    Native.run(
        () ->
            find(name.substring(0, Math.max(0, dot)))
                .setattr(name.substring(dot + 1), new IValue(value.raw())));
  }

  /**
   * Makes an independent copy, tensors included.
   *
   * @return the copy, owned by the caller
   */
  public Module copy() {
    Module copy = Native.call(() -> own(raw().deepcopy()));
    copy.constants = constants;
    copy.frozen = frozen;
    return copy;
  }

  long constants() {
    return constants;
  }

  /**
   * Makes a module for inference alone, as {@code torch.jit.freeze} does: parameters become
   * constants of its code, and each BatchNorm that follows a convolution is folded into it. On a
   * CPU, the weights of convolutions are laid out once as oneDNN computes with them; such
   * convolutions take batches [N, C, H, W] only.
   *
   * @return a new module without parameters, owned by the caller; it cannot be saved
   * @throws IllegalStateException if this module is in training mode
   * @throws TorchException if libtorch cannot freeze it
   * @throws java.io.UncheckedIOException if there is no room, in memory or in the folder for
   *     temporary files, to compile it again
   */
  public Module freeze() {
    return freeze(PackedConvolutions::pack);
  }

  /** The same, but its convolutions can be differentiated. */
  Module freezeUnpacked() {
    return freeze(module -> {});
  }

  private Module freeze(Consumer<JitModule> finish) {
    if (isTraining()) {
      throw new IllegalStateException("Only a module in evaluation mode can be frozen.");
    }
    try (GraphOptimization on = GraphOptimization.on(); // without it, nested calls stay calls
        Module compiled = compiledAgain()) {
      Module result =
          Native.call(
              () -> {
                JitModule module = torch.freeze(compiled.raw());
                finish.accept(module);
                return own(module);
              });
      result.frozen = true;
      return result;
    }
  }

  /**
   * Makes a module of the same code and the same tensors whose classes are its own. Freezing adds
   * classes, and code that holds the weights, where a module's classes are defined; copies share
   * that place, which would keep all of it as long as one of them lives.
   */
  private Module compiledAgain() {
    Map<String, Tensor> state = state();
    try (Module hollow = copy();
        Tensor nothing = Tensor.zeros(DType.FLOAT32, 0)) {
      state.keySet().forEach(name -> hollow.assign(name, nothing));
      Module compiled = ModuleFiles.reload(hollow);
      try {
        state.forEach(compiled::assign);
        return compiled;
      } catch (Throwable e) {
        compiled.close();
        throw e;
      }
    }
  }

  private void forgetHandles() {
    List<Tensor> handles = new ArrayList<>();
    if (parameters != null) {
      handles.addAll(parameters.values());
    }
    handles.addAll(buffers.values());
    parameters = null;
    buffers.clear();
    handles.forEach(Tensor::release);
  }

  /** Frees the module and the handles it lent. Harmless when done before. */
  @Override
  public void close() {
    forgetHandles();
    JitModule module = raw;
    raw = null;
    if (module != null) {
      module.close();
    }
  }
}
