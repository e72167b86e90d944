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
 * Which {@link Architecture} a state dict is of, or comes nearest to; it also makes the module.
 * Names and shapes must be exactly the architecture's, except that the head may have any number of
 * classes and {@code num_batches_tracked} may be missing.
 *
 * @param nearest the architecture that fits, else the one that shares most names, and of these the
 *     one that differs least; null if none has half of the names
 * @param differences what keeps it from fitting; none if it fits, or if there is none near
 */
public record StateDictFit(@Nullable Architecture nearest, KeyDifferences differences) {
  /** More classes than any published classifier has; a damaged file may claim more. */
  private static final int MAX_CLASSES = 100_000;

  /** What a file is compared with whose head does not tell how many classes it has. */
  private static final int IMAGENET_CLASSES = 1000;

  private static final KeyDifferences NONE = new KeyDifferences(List.of(), List.of(), List.of());

  /**
   * Checks that something is near if something differs.
   *
   * @param nearest the architecture that fits, else the nearest; null if none has half of the names
   * @param differences what keeps it from fitting
   * @throws IllegalArgumentException if nothing is near, but there are differences
   */
  public StateDictFit {
    if (nearest == null && differences.count() > 0) {
      throw new IllegalArgumentException("differences from no architecture");
    }
  }

  /**
   * Compares tensors with every architecture.
   *
   * @param tensors by name
   * @return the architecture that fits, or the nearest
   */
  public static StateDictFit of(Map<String, StoredTensor> tensors) {
    return fitting(tensors)
        .map(fits -> new StateDictFit(fits, NONE))
        .orElseGet(() -> near(tensors));
  }

  /**
   * Returns the architecture that fits.
   *
   * @return the one that has exactly these names and shapes, if there is one
   */
  public Optional<Architecture> architecture() {
    return differences.count() == 0 ? Optional.ofNullable(nearest) : Optional.empty();
  }

  /** A wrong architecture has another head, or other names: few are compared. */
  private static Optional<Architecture> fitting(Map<String, StoredTensor> tensors) {
    return Arrays.stream(Architecture.values())
        .filter(candidate -> hasHeadOf(candidate, tensors))
        .filter(candidate -> differences(candidate, tensors).count() == 0)
        .findFirst();
  }

  private static StateDictFit near(Map<String, StoredTensor> tensors) {
    StateDictFit best = new StateDictFit(null, NONE);
    int most = (tensors.size() + 1) / 2;
    for (Architecture candidate : Architecture.values()) {
      KeyDifferences differences = differences(candidate, tensors);
      int shared = tensors.size() - differences.unexpected().size();
      boolean nearer = best.nearest == null || differences.count() < best.differences.count();
      if (shared > most || (shared == most && nearer)) {
        best = new StateDictFit(candidate, differences);
        most = shared;
      }
    }
    return best;
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
            fitting(tensors)
                .map(
                    fits ->
                        "It fits " + fits.label() + ": give that as --arch, or leave --arch out.")
                .orElse("It fits none of graft's other architectures either.");
        throw misfit(file, "as " + asked.label(), differences, cure);
      }
      return asked;
    }
    StateDictFit fit = of(tensors);
    return fit.architecture().orElseThrow(() -> fit.unknown(file, tensors));
  }

  private ModelException unknown(Path file, Map<String, StoredTensor> tensors) {
    if (nearest != null) {
      return misfit(
          file,
          "as any of graft's architectures; the nearest is " + nearest.label(),
          differences,
          lacksOnlyHead(nearest)
              ? "Save the model with its head, of any number of classes."
              : "Names and shapes must be those of torchvision's model.");
    }
    return new ModelException(
        "Cannot use "
            + file
            + ": "
            + foreign(tensors)
            + ". Give --arch to see what one of them lacks, or export the model as TorchScript.");
  }

  private boolean lacksOnlyHead(Architecture architecture) {
    List<String> head = List.of(headWeight(architecture), architecture.headName() + ".bias");
    return differences.count() == head.size() && differences.missing().containsAll(head);
  }

  private static String foreign(Map<String, StoredTensor> tensors) {
    String names =
        tensors.keySet().stream().limit(3).map(Printable::of).collect(Collectors.joining(", "));
    return "its names are those of none of graft's architectures (%s). They begin with %s"
        .formatted(Architecture.labels(), names);
  }

  private static ModelException misfit(
      Path file, String what, KeyDifferences differences, String cure) {
    String all = differences.isShortened() ? "graft inspect " + file + " lists all. " : "";
    return new ModelException(
        "Cannot use %s %s. Names %s. %s%s"
            .formatted(file, what, differences.shortText(), all, cure));
  }

  private static void requireSaneHead(
      Path file, Map<String, StoredTensor> tensors, @Nullable Architecture asked) {
    for (Architecture candidate : Architecture.values()) {
      if ((asked == null || asked == candidate) && hasHeadOf(candidate, tensors)) {
        long classes = rows(candidate, tensors);
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

  private static long rows(Architecture architecture, Map<String, StoredTensor> tensors) {
    return requireNonNull(tensors.get(headWeight(architecture))).shape().get(0);
  }

  /** As many as the file has, so that only the other shapes must be the same. */
  private static int classes(Architecture architecture, Map<String, StoredTensor> tensors) {
    boolean told = hasHeadOf(architecture, tensors) && isCount(rows(architecture, tensors));
    return told ? Math.toIntExact(rows(architecture, tensors)) : IMAGENET_CLASSES;
  }

  private static boolean isCount(long classes) {
    return classes >= 1 && classes <= MAX_CLASSES;
  }

  private static KeyDifferences differences(
      Architecture architecture, Map<String, StoredTensor> tensors) {
    int classes = classes(architecture, tensors);
    return KeyDifferences.between(Layout.of(architecture, classes), tensors);
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
    Module module = architecture.buildEmpty(classes(architecture, tensors));
    try {
      Map<String, Tensor> targets = module.state();
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
