package dev.graft.model;

import dev.graft.torch.Device;
import dev.graft.torch.Module;
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
}
