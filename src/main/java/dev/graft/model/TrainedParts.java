package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which parameters of a classifier are trained, now and later, and the mode of its parts. */
final class TrainedParts {
  private static final Pattern BATCH_NORM =
      Pattern.compile(".*torch\\.nn\\.modules\\.batchnorm\\.(___torch_mangle_\\d+\\.)?\\w+");

  private final Module module;
  private final Head head;
  private final Freezing freezing;
  private final List<String> frozenBatchNorms;

  /** Sets every parameter's {@code requires_grad}. */
  TrainedParts(Module module, Head head, Freezing freezing) {
    this.module = module;
    this.head = head;
    this.freezing = freezing;
    this.frozenBatchNorms = freezing.batchNorm() ? batchNorms(module) : List.of();
    Set<String> now = select();
    module.namedParameters().forEach((name, p) -> p.requiresGrad(now.contains(name)));
  }

  private Set<String> select() {
    if (freezing.policy() != Freeze.NONE) {
      return names(head::owns);
    }
    if (freezing.trainable().isEmpty()) {
      return names(this::mayTrain);
    }
    Set<String> selected = new LinkedHashSet<>();
    for (String pattern : freezing.trainable()) {
      Set<String> matching = names(glob(pattern).asMatchPredicate());
      if (matching.isEmpty()) {
        throw new ModelException(
            "No parameter matches \""
                + pattern
                + "\". The model has "
                + String.join(", ", module.namedParameters().keySet().stream().limit(8).toList())
                + " …; graft inspect lists them all.");
      }
      selected.addAll(matching);
    }
    if (!selected.contains(head.weight())) {
      throw new ModelException(
          "The head \""
              + head.name()
              + "\" is new and has to be trained: add "
              + head.name()
              + ".*");
    }
    selected.removeIf(name -> !mayTrain(name));
    return selected;
  }

  private Set<String> names(Predicate<String> wanted) {
    Set<String> names = new LinkedHashSet<>(module.namedParameters().keySet());
    names.removeIf(wanted.negate());
    return names;
  }

  /** Whether anything but the policy keeps the parameter frozen. */
  private boolean mayTrain(String name) {
    return frozenBatchNorms.stream().noneMatch(path -> name.startsWith(path + "."));
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }

  private static List<String> batchNorms(Module module) {
    return module.namedModules().stream()
        .filter(node -> BATCH_NORM.matcher(node.type()).matches())
        .map(Module.Node::path)
        .toList();
  }

  /** Trains everything from now on. */
  void unfreeze() {
    module.namedParameters().forEach((name, p) -> p.requiresGrad(mayTrain(name)));
  }

  /** Training mode, except for what is frozen with its statistics. */
  void train() {
    if (freezing.policy() == Freeze.FEATURES) {
      module.eval();
      return;
    }
    module.train();
    for (String path : frozenBatchNorms) {
      try (Module batchNorm = module.submodule(path)) {
        batchNorm.eval();
      }
    }
  }

  /** The parameters of one part that are trained now or later, by name. */
  Map<String, Tensor> parameters(Network.Part part) {
    Map<String, Tensor> trained = new LinkedHashMap<>();
    module
        .namedParameters()
        .forEach(
            (name, p) -> {
              boolean ofPart = head.owns(name) == (part == Network.Part.HEAD);
              boolean isTrained = p.requiresGrad() || (freezing.unfreezesLater() && mayTrain(name));
              if (ofPart && isTrained) {
                trained.put(name, p);
              }
            });
    return trained;
  }

  /** Buffers that training may change. */
  Map<String, Tensor> buffers() {
    return freezing.policy() == Freeze.FEATURES ? Map.of() : module.namedBuffers();
  }
}
