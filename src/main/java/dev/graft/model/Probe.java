package dev.graft.model;

import static java.util.Objects.requireNonNull;

import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Learns what a module does by running it on made-up images. */
final class Probe {
  private Probe() {}

  /** Images of noise, about as large as normalised pixels, the same each time. */
  static Tensor images(int count, int imageSize) {
    return Tensor.uniform(new SplittableRandom(7), 2, count, 3, imageSize, imageSize);
  }

  private static void forward(Module module, Tensor images) {
    try {
      module.forward(images).close();
    } catch (TorchException e) {
      throw new ModelException(
          "It cannot be trained: in training mode the model fails on two images: " + e.getMessage(),
          e);
    }
  }

  /**
   * Tells whether the module, in the mode it is in, computes logits of a single image. BatchNorm in
   * training mode does not where each channel has one value. Leaves buffers as they were.
   */
  static boolean takesOneImage(Module module, int imageSize) {
    Map<String, Tensor> before = copies(module);
    try (Tensor image = images(1, imageSize);
        NoGrad guard = NoGrad.open();
        Tensor logits = module.forward(image)) {
      return logits.shape().length == 2;
    } catch (TorchException e) {
      return false;
    } finally {
      restore(module, before);
    }
  }

  private static Map<String, Tensor> copies(Module module) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    module.namedBuffers().forEach((name, buffer) -> copies.put(name, buffer.copy()));
    return copies;
  }

  private static void restore(Module module, Map<String, Tensor> before) {
    module
        .namedBuffers()
        .forEach((name, buffer) -> buffer.copyFrom(requireNonNull(before.get(name))));
    before.values().forEach(Tensor::close);
  }

  /**
   * Refuses modules whose BatchNorm cannot train: in a trace made in eval mode its running
   * statistics never move again, whatever the mode. Leaves buffers and mode as they were.
   */
  static void requireTrainable(Module module, int imageSize) {
    List<String> statistics =
        module.namedBuffers().keySet().stream().filter(n -> n.endsWith("running_mean")).toList();
    if (statistics.isEmpty()) {
      return;
    }
    Map<String, Tensor> before = copies(module);
    boolean training = module.isTraining();
    try (Tensor images = images(2, imageSize);
        NoGrad guard = NoGrad.open()) {
      module.train();
      forward(module, images);
      Map<String, Tensor> after = module.namedBuffers();
      if (statistics.stream()
          .allMatch(
              name ->
                  requireNonNull(after.get(name))
                      .contentEquals(requireNonNull(before.get(name))))) {
        throw new ModelException(
            "The model was traced in eval mode: its BatchNorm layers ("
                + statistics.get(0)
                + " …) cannot train. Export it with torch.jit.script(model) instead of"
                + " torch.jit.trace.");
      }
    } finally {
      restore(module, before);
      if (!training) {
        module.eval();
      }
    }
  }
}
