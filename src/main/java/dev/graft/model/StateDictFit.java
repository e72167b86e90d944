package dev.graft.model;

import static java.util.Objects.requireNonNull;

import dev.graft.torch.Module;
import dev.graft.torch.Printable;
import dev.graft.torch.Tensor;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells which {@link Architecture} a state dict is of, and makes its module from it. Names and
 * shapes must be exactly the architecture's, except that the head may have any number of classes
 * and {@code num_batches_tracked} may be missing.
 */
public final class StateDictFit {
  /** More classes than any published classifier has; a damaged file may claim more. */
  private static final int MAX_CLASSES = 100_000;

  /** What a file is compared with whose head does not tell how many classes it has. */
  private static final int IMAGENET_CLASSES = 1000;

  private StateDictFit() {}

  /**
   * Finds the architecture that tensors fit.
   *
   * @param tensors by name
   * @return the one that has exactly these names and shapes, if there is one
   */
  public static Optional<Architecture> architecture(Map<String, StoredTensor> tensors) {
    return Arrays.stream(Architecture.values())
        .filter(candidate -> hasHeadOf(candidate, tensors))
        .filter(candidate -> isCount(classes(candidate, tensors)))
        .filter(candidate -> differences(candidate, tensors).count() == 0)
        .findFirst();
  }

  /**
   * Checks that a file's tensors fit the architecture that was asked for, or finds theirs.
   *
   * @throws ModelException if they do not; it lists the names and says which would fit
   */
  static Architecture require(
      Path file, Map<String, StoredTensor> tensors, @Nullable Architecture asked) {
    requireSaneHead(file, tensors, asked);
    if (asked != null) {
      KeyDifferences differences = differences(asked, tensors);
      if (differences.count() > 0) {
        String cure =
            architecture(tensors)
                .map(
                    fits ->
                        "It fits " + fits.label() + ": give that as --arch, or leave --arch out.")
                .orElse("It fits none of graft's other architectures either.");
        throw misfit(file, "as " + asked.label(), differences, cure);
      }
      return asked;
    }
    return architecture(tensors).orElseThrow(() -> unknown(file, tensors));
  }

  private static ModelException unknown(Path file, Map<String, StoredTensor> tensors) {
    Architecture nearest = null;
    KeyDifferences least = null;
    for (Architecture candidate : Architecture.values()) {
      if (hasHeadOf(candidate, tensors)) {
        KeyDifferences differences = differences(candidate, tensors);
        if (least == null || differences.count() < least.count()) {
          nearest = candidate;
          least = differences;
        }
      }
    }
    if (nearest != null && least != null) {
      return misfit(
          file,
          "as any of graft's architectures; the nearest is " + nearest.label(),
          least,
          "Names and shapes must be those of torchvision's model.");
    }
    return new ModelException(
        "Cannot use "
            + file
            + ": its names are those of none of graft's architectures ("
            + Architecture.labels()
            + "). They begin with "
            + tensors.keySet().stream()
                .limit(3)
                .map(Printable::of)
                .collect(Collectors.joining(", "))
            + ". Give --arch to see what one of them lacks, or export the model as TorchScript.");
  }

  private static ModelException misfit(
      Path file, String what, KeyDifferences differences, String cure) {
    return new ModelException(
        "Cannot use " + file + " " + what + ". Names " + differences.text() + ". " + cure);
  }

  private static void requireSaneHead(
      Path file, Map<String, StoredTensor> tensors, @Nullable Architecture asked) {
    for (Architecture candidate : Architecture.values()) {
      if ((asked == null || asked == candidate) && hasHeadOf(candidate, tensors)) {
        long classes = classes(candidate, tensors);
        if (!isCount(classes)) {
          throw new ModelException(
              "Cannot use %s: its head %s has %d rows, one a class; graft takes 1 to %d."
                  .formatted(file, headWeight(candidate), classes, MAX_CLASSES));
        }
      }
    }
  }

  private static String headWeight(Architecture architecture) {
    return architecture.headName() + ".weight";
  }

  private static boolean hasHeadOf(Architecture architecture, Map<String, StoredTensor> tensors) {
    StoredTensor weight = tensors.get(headWeight(architecture));
    return weight != null
        && weight.shape().size() == 2
        && weight.shape().get(1) == architecture.features();
  }

  private static long classes(Architecture architecture, Map<String, StoredTensor> tensors) {
    return hasHeadOf(architecture, tensors)
        ? requireNonNull(tensors.get(headWeight(architecture))).shape().get(0)
        : IMAGENET_CLASSES;
  }

  private static boolean isCount(long classes) {
    return classes >= 1 && classes <= MAX_CLASSES;
  }

  private static KeyDifferences differences(
      Architecture architecture, Map<String, StoredTensor> tensors) {
    try (Module module = buildEmpty(architecture, tensors)) {
      return KeyDifferences.between(module, tensors);
    }
  }

  private static Module buildEmpty(Architecture architecture, Map<String, StoredTensor> tensors) {
    return architecture.buildEmpty(Math.toIntExact(classes(architecture, tensors)));
  }

  /**
   * Builds an architecture with the tensors of a file, converted to float32.
   *
   * @param notes hears what was left out, added or converted
   * @return in evaluation mode, every parameter trainable, on the CPU; owned by the caller
   * @throws ModelException if the tensors do not fit
   */
  static Module build(
      Path file, StoredStateDict state, Architecture architecture, Consumer<String> notes) {
    Map<String, StoredTensor> tensors = state.tensors();
    require(file, tensors, architecture);
    Module module = buildEmpty(architecture, tensors);
    try {
      Map<String, Tensor> targets = KeyDifferences.state(module);
      targets.forEach(
          (name, target) -> {
            StoredTensor stored = tensors.get(name);
            if (stored != null) {
              try (Tensor value = stored.toTensor()) {
                target.copyFrom(value);
              }
            }
          });
      module.eval();
      tell(file, state, targets.size(), notes);
      return module;
    } catch (Throwable e) {
      module.close();
      throw e;
    }
  }

  private static void tell(Path file, StoredStateDict state, int expected, Consumer<String> notes) {
    Map<String, StoredTensor> tensors = state.tensors();
    if (!state.dropped().isEmpty()) {
      notes.accept(
          file
              + " holds more than the state dict; left out: "
              + String.join(", ", state.dropped()));
    }
    List<String> converted =
        tensors.values().stream()
            .map(StoredTensor::type)
            .filter(type -> KeyDifferences.isFloatingPoint(type) && type != StoredType.FLOAT32)
            .distinct()
            .map(StoredType::dtypeName)
            .toList();
    if (!converted.isEmpty()) {
      notes.accept(
          file + ": weights converted from " + String.join(", ", converted) + " to float32");
    }
    int missing = expected - tensors.size();
    if (missing > 0) {
      notes.accept(
          file
              + " lacks num_batches_tracked in "
              + missing
              + " places, as files older than PyTorch 0.4.1 do; set to 0");
    }
  }
}
