package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An image classifier: a TorchScript backbone with a Linear head, the names of its classes and the
 * preprocessing of its images.
 *
 * <p>{@link #graft(Path, Device, GraftConfig)} makes one from any classifier by giving it a fresh
 * head; {@link #load} opens one that {@link #save} wrote. It owns its module and closes it.
 */
public final class Classifier implements Network, AutoCloseable {
  private final Module module;
  private final Card card;

  /** Of what the weights came from, where that was known. */
  private final @Nullable Architecture architecture;

  private TrainedParts trained;

  private Classifier(Module module, Card card, @Nullable Architecture architecture) {
    this.module = module;
    this.card = card;
    this.architecture = architecture;
    this.trained = new TrainedParts(module, card.head(), Freezing.of(Freeze.NONE));
  }

  /**
   * Loads a classifier, such as torchvision's ResNet-18, and replaces its head by a fresh Linear
   * with PyTorch's default initialisation. What {@link Pretrained#open} notes is logged.
   *
   * @param weights a file that {@link Pretrained#of(Path)} takes: TorchScript, whole and trusted,
   *     or a state dict
   * @param device where to put it
   * @param config the classes and how to graft
   * @return a classifier in training mode with nothing frozen, its weights' channels last
   * @throws dev.graft.weights.WeightsException if the file is not whole, or of another kind
   * @throws ModelException if it is not a classifier that can be trained; the message says why
   */
  public static Classifier graft(Path weights, Device device, GraftConfig config) {
    System.Logger log = System.getLogger(Classifier.class.getName());
    return graft(
        Pretrained.of(weights), device, config, note -> log.log(System.Logger.Level.INFO, note));
  }

  /**
   * Makes a classifier of pretrained weights: replaces the head by a fresh Linear with PyTorch's
   * default initialisation. The head of a state dict is its architecture's; that of TorchScript is
   * found by what it does.
   *
   * @param weights where to start from
   * @param device where to put it
   * @param config the classes and how to graft
   * @param notes hears what {@link Pretrained#open} says
   * @return a classifier in training mode with nothing frozen, its weights' channels last
   * @throws dev.graft.weights.WeightsException if the file cannot be read any more
   * @throws ModelException if it is not a classifier that can be trained on images of this size;
   *     the message says why
   */
  public static Classifier graft(
      Pretrained weights, Device device, GraftConfig config, Consumer<String> notes) {
    weights.requireImageSize(config.preprocessing().imageSize());
    Module module = weights.open(notes);
    try {
      return graft(module, device, config, weights);
    } catch (ModelException e) {
      module.close();
      throw new ModelException("Cannot use " + weights + ": " + e.getMessage(), e);
    } catch (Throwable e) {
      module.close();
      throw e;
    }
  }

  /**
   * Replaces the head of a module by a fresh Linear with PyTorch's default initialisation: weight
   * and bias uniform in ±1/sqrt(features).
   *
   * @param module on the CPU; the classifier takes ownership when this returns normally
   * @param device where to put it
   * @param config the classes and how to graft
   * @return a classifier in training mode with nothing frozen, its weights' channels last
   * @throws ModelException if it is not a classifier that can be trained; the message says why
   */
  public static Classifier graft(Module module, Device device, GraftConfig config) {
    return graft(module, device, config, null);
  }

  private static Classifier graft(
      Module module, Device device, GraftConfig config, @Nullable Pretrained weights) {
    if (module.namedParameters().isEmpty()) {
      throw new ModelException(
          "The model has no parameters: freezing for inference and dynamic quantisation put the"
              + " weights elsewhere. Save it before that.");
    }
    ModuleFile.requireKnownTypes(module);
    module.to(DType.FLOAT32);
    Head old = oldHead(module, config, weights == null ? null : weights.built());
    Head head = new Head(old.name(), old.features(), config.classes().size(), old.bias());
    replaceHead(module, head, new SplittableRandom(config.seed()));
    module.to(MemoryFormat.CHANNELS_LAST);
    module.to(device);
    String type = module.namedModules().get(0).type();
    String name = type.substring(type.lastIndexOf('.') + 1);
    var card = new Card(config.classes(), config.preprocessing(), head, name);
    Architecture known = weights == null ? null : weights.architecture().orElse(null);
    var classifier = new Classifier(module, card, known);
    classifier.train();
    return classifier;
  }

  /** Nothing is probed where graft wrote the code itself: weights of zero would show nothing. */
  private static Head oldHead(Module module, GraftConfig config, @Nullable Architecture built) {
    String asked = config.head();
    if (built != null && (asked == null || asked.equals(built.headName()))) {
      return HeadFinder.describe(module, built.headName());
    }
    int imageSize = config.preprocessing().imageSize();
    Head head = new HeadFinder(module, imageSize).find(asked);
    Probe.requireTrainable(module, imageSize);
    return head;
  }

  private static void replaceHead(Module module, Head head, SplittableRandom random) {
    // Kaiming uniform with a = sqrt(5), which is what torch.nn.Linear draws its weight from.
    double bound = 1 / Math.sqrt(head.features());
    try (Tensor weight = Tensor.uniform(random, bound, head.classes(), head.features());
        Tensor bias = Tensor.uniform(random, bound, head.classes())) {
      module.setParameter(head.weight(), weight);
      if (head.bias()) {
        module.setParameter(head.biasName(), bias);
      }
    }
  }

  /**
   * Opens a {@code model.pt} that {@link #save} wrote.
   *
   * @param file the artefact
   * @param device where to put it
   * @return a classifier in evaluation mode
   * @throws dev.graft.weights.WeightsException if the file is not a whole TorchScript file
   * @throws ModelException if it is TorchScript but no artefact of graft, or a damaged one
   */
  public static Classifier load(Path file, Device device) {
    Module module = ModuleFile.load(file);
    try {
      ModuleFile.requireKnownTypes(file, module);
      var classifier = new Classifier(module, Card.read(file, module), Architecture.noted(file));
      module.to(device);
      classifier.eval();
      return classifier;
    } catch (Throwable e) {
      module.close();
      throw e;
    }
  }

  /**
   * Saves the classifier as one TorchScript file: on the CPU, in evaluation mode, float32, every
   * parameter with {@code requires_grad}, and classes, preprocessing, head, provenance and, where
   * it is known, the {@link Architecture} inside as extra files. Atomic: the target is replaced by
   * a whole file or not at all.
   *
   * @param file the target
   * @param provenance where the weights come from
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public void save(Path file, Provenance provenance) {
    try (Module copy = module.copy()) {
      copy.to(Device.CPU);
      copy.to(DType.FLOAT32);
      copy.to(MemoryFormat.CONTIGUOUS);
      copy.eval();
      copy.namedParameters().values().forEach(parameter -> parameter.requiresGrad(true));
      Map<String, byte[]> extra = card.toExtraFiles(provenance);
      if (architecture != null) {
        extra.putAll(architecture.toExtraFiles());
      }
      copy.save(file, extra);
    }
  }

  /**
   * Freezes a part of the classifier.
   *
   * @param policy what keeps its weights
   */
  public void freeze(Freeze policy) {
    freeze(Freezing.of(policy));
  }

  /**
   * Says what is trained and what is not.
   *
   * @param freezing the parts
   * @throws ModelException if a pattern matches no parameter, or the head would not be trained
   */
  public void freeze(Freezing freezing) {
    trained = new TrainedParts(module, card.head(), freezing);
  }

  /**
   * Tells whether it can be trained on a batch of a single image, which BatchNorm may forbid. Tries
   * it on noise of the card's image size; changes nothing but the mode, which is training's then.
   *
   * @return false if an epoch must not end in such a batch
   */
  public boolean trainsOnOneImage() {
    train();
    try (Module copy = module.copy()) {
      copy.to(Device.CPU);
      return Probe.takesOneImage(copy, card.preprocessing().imageSize());
    }
  }

  @Override
  public void unfreeze() {
    trained.unfreeze();
  }

  /**
   * Computes the logits of a batch of images.
   *
   * @param images [N, 3, H, W], normalised, on the module's device
   * @return [N, classes], owned by the caller
   */
  @Override
  public Tensor forward(Tensor images) {
    return module.forward(images);
  }

  @Override
  public void train() {
    trained.train();
  }

  @Override
  public void eval() {
    module.eval();
  }

  /**
   * Lays the weights of convolutions out in memory in another order. On a CPU, the channels last
   * are faster; what is saved does not depend on it.
   *
   * @param format the target
   */
  public void to(MemoryFormat format) {
    module.to(format);
  }

  @Override
  public Map<String, Tensor> parameters(Part part) {
    return trained.parameters(part);
  }

  @Override
  public Map<String, Tensor> buffers() {
    return trained.buffers();
  }

  @Override
  public int classCount() {
    return classes().size();
  }

  /**
   * Returns the parameters that are trained at present.
   *
   * @return borrowed tensors with {@code requires_grad}
   */
  public List<Tensor> trainableParameters() {
    return module.namedParameters().values().stream().filter(Tensor::requiresGrad).toList();
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Inference inference(Precision precision) {
    return FrozenInference.of(module.copy(), precision);
  }

  /**
   * Makes a network that computes the head's input: a copy of this classifier, in evaluation mode,
   * whose head hands its input through. Works for every architecture that has a head.
   *
   * @param precision what it computes in
   * @return images [N, 3, H, W] to features [N, F]; owned by the caller
   */
  public FeatureExtractor featureExtractor(Precision precision) {
    return FeatureExtractor.of(module.copy(), card.head(), precision);
  }

  /**
   * Returns the head as a network of its own, over features that {@link #featureExtractor} made. It
   * shares this classifier's weights: training it trains the classifier.
   *
   * @return features [N, F] to logits [N, classes]; valid while this classifier is open
   */
  public Network headNetwork() {
    return new HeadNetwork(this);
  }

  /**
   * Returns class names, preprocessing, head and architecture.
   *
   * @return the card
   */
  public Card card() {
    return card;
  }

  /**
   * Returns the class names; the position is the class index.
   *
   * @return at least two names
   */
  public List<String> classes() {
    return card.classes();
  }

  /** Frees the module. Harmless when done before. */
  @Override
  public void close() {
    module.close();
  }

  /** The head of a classifier, over features. */
  private record HeadNetwork(Classifier classifier) implements Network {
    @Override
    public Tensor forward(Tensor features) {
      Head head = classifier.card.head();
      return Functional.linear(
          features,
          classifier.module.parameter(head.weight()),
          head.bias() ? classifier.module.parameter(head.biasName()) : null);
    }

    @Override
    public void train() {
      classifier.train();
    }

    @Override
    public void eval() {
      classifier.eval();
    }

    @Override
    public Map<String, Tensor> parameters(Part part) {
      return part == Part.HEAD ? classifier.parameters(part) : Map.of();
    }

    @Override
    public Map<String, Tensor> buffers() {
      return Map.of();
    }

    @Override
    public void unfreeze() {
      throw new IllegalStateException("A head over features has nothing to unfreeze.");
    }

    @Override
    public int classCount() {
      return classifier.classCount();
    }

    @Override
    public Module module() {
      return classifier.module;
    }
  }
}
