package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the head by what it does. A Linear is the head if the model's output is its output, which
 * shows when its weights change sign: the output does too, exactly. Of several, a well-known name
 * wins, then the last registered.
 */
final class HeadFinder {
  private static final Pattern LINEAR =
      Pattern.compile(".*torch\\.nn\\.modules\\.linear\\.(___torch_mangle_\\d+\\.)?Linear");
  private static final Set<String> WELL_KNOWN =
      Set.of("fc", "classifier", "head", "head.fc", "heads.head");
  private static final Pattern CLASSIFIER_N = Pattern.compile("classifier\\.\\d+");

  private final Module module;
  private final int imageSize;

  HeadFinder(Module module, int imageSize) {
    this.module = module;
    this.imageSize = imageSize;
  }

  /**
   * Finds the head, or checks the one that was asked for. Leaves weights and mode as they were.
   *
   * @param asked its name, or null to search
   */
  Head find(@Nullable String asked) {
    List<String> linears = linears();
    if (asked != null && !linears.contains(asked)) {
      throw new ModelException(
          "No Linear layer \"" + asked + "\" in the model; it has: " + list(linears) + ".");
    }
    boolean training = module.isTraining();
    module.eval();
    try (Tensor probe = Probe.images(1, imageSize);
        Tensor logits = output(probe)) {
      List<String> heads =
          (asked == null ? linears : List.of(asked))
              .stream().filter(name -> isHead(name, probe, logits)).toList();
      return describe(module, choose(heads, linears, asked));
    } finally {
      if (training) {
        module.train();
      }
    }
  }

  private List<String> linears() {
    return module.namedModules().stream()
        .filter(node -> LINEAR.matcher(node.type()).matches())
        .map(Module.Node::path)
        .filter(path -> module.namedParameters().containsKey(path + ".weight"))
        .toList();
  }

  private Tensor output(Tensor probe) {
    Tensor logits;
    try (NoGrad guard = NoGrad.open()) {
      logits = module.forward(probe);
    } catch (TorchException e) {
      throw new ModelException(
          "Not an image classifier: the model fails on one 3x"
              + imageSize
              + "x"
              + imageSize
              + " image: "
              + e.getMessage(),
          e);
    }
    if (logits.shape().length != 2) {
      String shape = Arrays.toString(logits.shape());
      logits.close();
      throw new ModelException(
          "Not a classifier: for one image the model returns "
              + shape
              + " where [1, classes] is expected.");
    }
    return logits;
  }

  private boolean isHead(String name, Tensor probe, Tensor logits) {
    long[] weight = module.parameter(name + ".weight").shape();
    if (weight.length != 2 || weight[0] != logits.shape()[1]) {
      return false;
    }
    negate(name);
    try (NoGrad guard = NoGrad.open();
        Tensor flipped = module.forward(probe)) {
      return areOpposite(logits.toFloatArray(), flipped.toFloatArray());
    } finally {
      negate(name);
    }
  }

  private void negate(String linear) {
    for (String suffix : List.of(".weight", ".bias")) {
      Tensor parameter = module.namedParameters().get(linear + suffix);
      if (parameter != null) {
        parameter.negate();
      }
    }
  }

  private static boolean areOpposite(float[] a, float[] b) {
    boolean anything = false;
    for (int i = 0; i < a.length; i++) {
      if (a[i] != -b[i]) {
        return false;
      }
      anything |= a[i] != 0;
    }
    return anything;
  }

  private static String choose(List<String> heads, List<String> linears, @Nullable String asked) {
    if (heads.isEmpty()) {
      throw new ModelException(
          asked != null
              ? "The output of \"" + asked + "\" is not the model's output, so it is no head."
              : "Not a classifier that can be grafted: none of its Linear layers ("
                  + list(linears)
                  + ") gives the model's output. Script the model without a softmax after its last"
                  + " layer.");
    }
    List<String> known = new ArrayList<>(heads);
    known.removeIf(name -> !WELL_KNOWN.contains(name) && !CLASSIFIER_N.matcher(name).matches());
    List<String> best = known.isEmpty() ? heads : known;
    return best.get(best.size() - 1);
  }

  /** Describes a Linear of a module as its head. */
  static Head describe(Module module, String name) {
    long[] weight = module.parameter(name + ".weight").shape();
    boolean bias = module.namedParameters().containsKey(name + ".bias");
    return new Head(name, Math.toIntExact(weight[1]), Math.toIntExact(weight[0]), bias);
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
