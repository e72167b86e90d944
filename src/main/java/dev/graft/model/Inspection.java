package dev.graft.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import dev.graft.weights.TorchScriptFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in a TorchScript file.
 *
 * @param architecture class name of the module
 * @param tensors parameters, then buffers, in order of registration
 * @param head the layer that would be replaced, or null
 * @param noHead why there is no head; empty if there is one
 * @param card classes and preprocessing of a model that graft saved, or null
 * @param provenance where its weights come from, or null
 */
public record Inspection(
    String architecture,
    List<Entry> tensors,
    @Nullable Head head,
    String noHead,
    @Nullable Card card,
    @Nullable JsonNode provenance) {
  /** Image size at which a head is looked for where the file does not say one. */
  private static final int IMAGE_SIZE = 224;

  /**
   * One tensor of the state dict.
   *
   * @param name dotted
   * @param kind parameter or buffer
   * @param shape the sizes
   * @param dtype PyTorch's name of the element type, such as float32
   * @param requiresGrad whether it is trained by default
   */
  public record Entry(
      String name, String kind, List<Long> shape, String dtype, boolean requiresGrad) {
    /**
     * Counts the numbers in the tensor.
     *
     * @return the product of the sizes
     */
    public long numel() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /**
   * Reads a file.
   *
   * @param file TorchScript, whole and trusted
   * @return what is in it
   * @throws dev.graft.weights.WeightsException if it is not a whole TorchScript file
   * @throws ModelException if what a model of graft's says of itself is damaged
   */
  public static Inspection of(Path file) {
    try (Module module = ModuleFile.load(file)) {
      boolean grafted = TorchScriptFile.extraFiles(file).contains("provenance.json");
      List<Entry> tensors = new ArrayList<>();
      add(tensors, "parameter", module.namedParameters());
      add(tensors, "buffer", module.namedBuffers());
      Card card = grafted ? Card.read(file, module) : null;
      module.to(DType.FLOAT32); // the probe's type
      Head head = card == null ? null : card.head();
      String noHead = "";
      if (card == null) {
        try {
          head = new HeadFinder(module, IMAGE_SIZE).find(null);
        } catch (ModelException e) {
          noHead = String.valueOf(e.getMessage());
        }
      }
      String type = module.namedModules().get(0).type();
      return new Inspection(
          type.substring(type.lastIndexOf('.') + 1),
          tensors,
          head,
          noHead,
          card,
          grafted ? Card.readProvenance(file) : null);
    }
  }

  private static void add(List<Entry> entries, String kind, Map<String, Tensor> tensors) {
    tensors.forEach(
        (name, tensor) ->
            entries.add(
                new Entry(
                    name,
                    kind,
                    Arrays.stream(tensor.shape()).boxed().toList(),
                    tensor.dtypeName(),
                    tensor.requiresGrad())));
  }
}
