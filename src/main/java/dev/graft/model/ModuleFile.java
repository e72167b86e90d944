package dev.graft.model;

import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.Printable;
import dev.graft.torch.TorchException;
import dev.graft.weights.TorchScriptFile;
import java.nio.file.Path;

/** Loads modules from files that Java has checked first, with errors that name the file. */
final class ModuleFile {
  private ModuleFile() {}

  static Module load(Path file) {
    TorchScriptFile.check(file);
    try {
      return Module.load(file, Device.CPU);
    } catch (TorchException e) {
      throw new ModelException(
          "Cannot load "
              + file
              + ": "
              + e.getMessage()
              + " Was it saved by a newer PyTorch, or does it use operators that are not PyTorch's"
              + " own? Export it again with torch.jit.script(model).save(file).",
          e);
    }
  }

  /**
   * Refuses tensors that could be neither trained nor saved.
   *
   * @throws ModelException naming the first one of a type that graft does not know
   */
  static void requireKnownTypes(Module module) {
    module
        .state()
        .forEach(
            (name, tensor) -> {
              try {
                tensor.dtype();
              } catch (TorchException e) {
                throw new ModelException(
                    "The model's tensor "
                        + Printable.of(name)
                        + " is of type "
                        + tensor.dtypeName()
                        + ", which graft does not use. Convert it in Python, for example with"
                        + " tensor.to(torch.float32), and script the model again.",
                    e);
              }
            });
  }

  /**
   * Does the same with the name of the file.
   *
   * @throws ModelException naming file and tensor
   */
  static void requireKnownTypes(Path file, Module module) {
    try {
      requireKnownTypes(module);
    } catch (ModelException e) {
      throw new ModelException("Cannot use " + file + ": " + e.getMessage(), e);
    }
  }
}
