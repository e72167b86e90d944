package dev.graft.model;

import static java.util.Objects.requireNonNull;

import dev.graft.image.Preprocessing;
import dev.graft.torch.Module;
import dev.graft.torch.UnpackedResource;
import dev.graft.weights.HubCache;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.TorchScriptFile;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Weights to start from, looked at and found usable: a TorchScript file, or a state dict that fits
 * an {@link Architecture}, in a file of {@code torch.save} or safetensors, of one's own, an
 * official one, or the one in graft's jar. Holds no native memory; the file must stay as it is.
 */
public final class Pretrained {
  /** What {@link #find} knows the weights in graft's jar by. */
  private static final String EMBEDDED = "embedded";

  private final String name;
  private final Path file;
  private final WeightsFormat format;
  private final @Nullable Architecture architecture;
  private final @Nullable Card card;

  private Pretrained(String name, Path file, @Nullable Architecture asked) {
    this.name = name;
    this.file = file;
    this.format = StateDictFile.kind(file);
    if (format == WeightsFormat.TORCHSCRIPT) {
      TorchScriptFile.check(file);
      if (asked != null) {
        throw new ModelException(
            file + " is TorchScript, which holds its own architecture. Leave --arch out.");
      }
      this.architecture = Architecture.noted(file);
      this.card = Card.find(file).orElse(null);
    } else {
      try (StoredStateDict state = StateDictFile.read(file)) {
        this.architecture = StateDictFit.require(file, state.tensors(), asked);
      }
      this.card = null;
    }
  }

  /**
   * Looks at a file: TorchScript, or a state dict whose names tell its architecture.
   *
   * @param file TorchScript (which is code: it must be trusted), {@code torch.save}'s zip or older
   *     format, or safetensors
   * @return the weights
   * @throws WeightsException if the file is none of these, or damaged
   * @throws ModelException if the state dict fits none of graft's architectures
   */
  public static Pretrained of(Path file) {
    return new Pretrained(file.toString(), file, null);
  }

  /**
   * Looks at a state dict that must be of one architecture.
   *
   * @param file {@code torch.save}'s zip or older format, or safetensors
   * @param architecture the one that it must fit
   * @return the weights
   * @throws WeightsException if the file is none of these, or damaged
   * @throws ModelException if it does not fit; every name that differs is listed, or the first ones
   */
  public static Pretrained of(Path file, Architecture architecture) {
    return new Pretrained(file.toString(), file, architecture);
  }

  /**
   * Opens the small backbone in graft's own jar: an {@link Architecture#RESNET18_W16} that graft
   * trained on images drawn by formulas ({@code dev.graft.formula.Pretraining}), stored as float16
   * safetensors. Its features are good at drawn shapes and textures; the documentation's page
   * "backbone" says how good, and what little they are worth on photographs.
   *
   * @return the weights, under graft's licence; the file is unpacked where libtorch is
   * @throws java.io.UncheckedIOException if it cannot be unpacked
   */
  public static Pretrained embedded() {
    return embedded(Architecture.RESNET18_W16);
  }

  private static Pretrained embedded(Architecture asked) {
    Path file = UnpackedResource.of(Pretrained.class, "resnet18_w16.safetensors");
    return new Pretrained(EMBEDDED, file, asked);
  }

  /**
   * Finds weights by path or, where there is no file of that path, by name: {@link #embedded}, or
   * an architecture's official ones of {@link HubCache#standard()}, downloaded if they are not
   * there.
   *
   * @param spec a file's path, {@code embedded}, or a name such as {@code resnet18}
   * @param architecture the one that a state dict must fit, or null to find it
   * @param progress hears how a download goes
   * @param cancelled asked often during a download; true ends it
   * @return the weights
   * @throws WeightsException if the file cannot be used or the download fails
   * @throws ModelException if there is neither such a file nor such a name, or it does not fit
   * @throws CancellationException if the download was cancelled; the next one resumes it
   */
  public static Pretrained find(
      String spec,
      @Nullable Architecture architecture,
      HubCache.Progress progress,
      BooleanSupplier cancelled) {
    Path path = Path.of(spec);
    if (spec.equals(EMBEDDED) && !Files.isRegularFile(path)) {
      return embedded(architecture == null ? Architecture.RESNET18_W16 : architecture);
    }
    if (!HubCache.names().contains(spec) || Files.isRegularFile(path)) {
      if (Files.notExists(path)) {
        throw new ModelException(
            "Cannot use "
                + spec
                + ": there is no such file, and no official weights have that name. Check the path,"
                + " or give one of "
                + String.join(", ", HubCache.names())
                + ", "
                + EMBEDDED
                + ".");
      }
      return new Pretrained(spec, path, architecture);
    }
    Path file = download(spec, progress, cancelled);
    Architecture wanted = architecture == null ? Architecture.of(spec) : architecture;
    return new Pretrained(spec, file, wanted);
  }

  private static Path download(String name, HubCache.Progress progress, BooleanSupplier cancelled) {
    try {
      return HubCache.standard().get(name, progress, cancelled);
    } catch (WeightsException e) {
      if (cancelled.getAsBoolean()) {
        var stopped = new CancellationException(e.getMessage());
        stopped.initCause(e);
        throw stopped;
      }
      throw e;
    }
  }

  /**
   * Makes the module.
   *
   * @param notes hears what of a state dict was left out, added or converted, in sentences for a
   *     person; nothing for TorchScript and {@link #embedded}
   * @return on the CPU, owned by the caller; one made from a state dict is float32, in evaluation
   *     mode, and every parameter of it is trainable
   * @throws WeightsException if the file was changed and cannot be used any more
   * @throws ModelException if libtorch cannot load it, or it was changed and does not fit any more
   */
  public Module open(Consumer<String> notes) {
    if (format == WeightsFormat.TORCHSCRIPT) {
      return ModuleFile.load(file);
    }
    boolean ours = name.equals(EMBEDDED) && !file.equals(Path.of(name));
    try (StoredStateDict state = StateDictFile.read(file)) {
      return StateDictFit.build(
          file, state, requireNonNull(architecture), ours ? note -> {} : notes);
    }
  }

  /**
   * Writes weights that came as a state dict as TorchScript, atomically: a module in evaluation
   * mode with {@code forward}, {@code forward_features} and {@code forward_head}.
   *
   * @param out the file to create or replace
   * @param notes as for {@link #open}
   * @throws ModelException if they are TorchScript already
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public void save(Path out, Consumer<String> notes) {
    if (format == WeightsFormat.TORCHSCRIPT) {
      throw new ModelException(
          file + " is TorchScript already, which graft train --weights takes as it is.");
    }
    try (Module module = open(notes)) {
      module.save(out, requireNonNull(architecture).toExtraFiles());
    }
  }

  /**
   * Returns where the weights are.
   *
   * @return the file given, or the one in the cache that it was downloaded or unpacked to
   */
  public Path file() {
    return file;
  }

  /**
   * Returns what the file is.
   *
   * @return its format
   */
  public WeightsFormat format() {
    return format;
  }

  /**
   * Returns the architecture.
   *
   * @return that of a state dict, or of TorchScript that {@link #save} wrote, or that was trained
   *     from either; else empty
   */
  public Optional<Architecture> architecture() {
    return Optional.ofNullable(architecture);
  }

  /** The architecture whose module {@link #open} builds itself; null if it loads TorchScript. */
  @Nullable Architecture built() {
    return format == WeightsFormat.TORCHSCRIPT ? null : architecture;
  }

  /**
   * Returns the preprocessing that the weights were made with, as far as it is known.
   *
   * @return that of a {@code model.pt} of graft's, else that of the architecture, else ImageNet's
   *     at 224 pixels
   */
  public Preprocessing preprocessing() {
    if (card != null) {
      return card.preprocessing();
    }
    return architecture == null ? Preprocessing.imagenet(224) : architecture.preprocessing();
  }

  /**
   * Returns {@link #preprocessing()} for images of another size: means and deviations stay, and the
   * resize before the evaluation crop keeps its ratio to the size.
   *
   * @param imageSize width and height of the network's input, in pixels
   * @return the preprocessing
   * @throws ModelException if the architecture does not take images of that size
   */
  public Preprocessing preprocessing(int imageSize) {
    requireImageSize(imageSize);
    Preprocessing known = preprocessing();
    if (imageSize == known.imageSize()) {
      return known;
    } else if (card == null && architecture == null) {
      return Preprocessing.imagenet(imageSize);
    }
    int resize = (int) Math.round(imageSize * (double) known.resize() / known.imageSize());
    return new Preprocessing(imageSize, resize, known.mean(), known.std());
  }

  /**
   * Refuses an image size that the architecture does not take.
   *
   * @param imageSize width and height of the network's input, in pixels
   * @throws ModelException if it has an embedding for each position, and they are not so many
   */
  public void requireImageSize(int imageSize) {
    if (architecture != null && !architecture.takes(imageSize)) {
      throw new ModelException(
          "%s takes images of %2$dx%2$d pixels only, not of %3$dx%3$d: it has learnt an embedding for each position. Leave --image-size out."
              .formatted(architecture.label(), architecture.defaultImageSize(), imageSize));
    }
  }

  /** The path or name that the weights were found by. */
  @Override
  public String toString() {
    return name;
  }
}
