package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import dev.graft.weights.SafetensorsFile;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.TorchStateDictFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a module's state dict for Python: the tensors with their names, types and bits as they
 * are, in the order of {@code state_dict()}.
 */
public final class StateDictExport {
  private StateDictExport() {}

  /** The files that can be written. */
  public enum Format {
    /** As {@code torch.save(model.state_dict(), file)} writes. */
    STATE_DICT,
    /** As {@code safetensors.torch.save_file} writes, which sorts the tensors. */
    SAFETENSORS
  }

  /**
   * Exports what is in a TorchScript file.
   *
   * @param model a {@code model.pt} of graft's or any other TorchScript, whole and trusted
   * @param out the file to create or replace, atomically; its folder must exist
   * @param format what to write
   * @return how many tensors there are
   * @throws dev.graft.weights.WeightsException if the model is no whole TorchScript file
   * @throws java.io.UncheckedIOException if the target cannot be written
   * @throws ModelException if libtorch cannot load it, or it has no tensors, or one of a type that
   *     graft does not know
   */
  public static int write(Path model, Path out, Format format) {
    try (Module module = ModuleFile.load(model)) {
      try {
        return write(module, out, format);
      } catch (ModelException | TorchException e) {
        throw new ModelException("Cannot export " + model + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Exports a module.
   *
   * @param module any; not changed
   * @param out the file to create or replace, atomically; its folder must exist
   * @param format what to write
   * @return how many tensors there are
   * @throws java.io.UncheckedIOException if the target cannot be written
   * @throws ModelException if the module has no tensors
   * @throws TorchException if one is of a type that graft does not know
   */
  public static int write(Module module, Path out, Format format) {
    Map<String, StoredTensor> tensors = tensors(module);
    if (tensors.isEmpty()) {
      throw new ModelException(
          "The model has no parameters or buffers: freezing for inference and dynamic quantisation"
              + " put the weights elsewhere. Save it before that.");
    }
    switch (format) {
      case STATE_DICT -> TorchStateDictFile.write(out, tensors);
      case SAFETENSORS -> SafetensorsFile.write(out, tensors, Map.of("format", "pt"));
    }
    return tensors.size();
  }

  /** In Python's order: each module's parameters, then its buffers, then what is inside of it. */
  private static Map<String, StoredTensor> tensors(Module module) {
    Map<String, Map<String, Tensor>> byOwner = new LinkedHashMap<>();
    module.namedModules().forEach(node -> byOwner.put(node.path(), new LinkedHashMap<>()));
    module
        .state()
        .forEach(
            (name, tensor) -> {
              String owner = name.substring(0, Math.max(0, name.lastIndexOf('.')));
              byOwner.computeIfAbsent(owner, o -> new LinkedHashMap<>()).put(name, tensor);
            });
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map<String, Tensor> own : byOwner.values()) {
      own.forEach((name, tensor) -> tensors.put(name, StoredTensor.of(tensor)));
    }
    return tensors;
  }
}
