package dev.graft.explain;

import dev.graft.image.ImageDecoder;
import dev.graft.image.ImagePipeline;
import dev.graft.image.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.model.Card;
import dev.graft.model.Classifier;
import dev.graft.model.ModelException;
import dev.graft.torch.CutForward;
import dev.graft.torch.Device;
import dev.graft.torch.ForwardGraph;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Explains a classifier's answers by Grad-CAM: the channels of the last feature map, each weighted
 * by how much the class's logit rises with it on average, added up, and what is negative left out.
 *
 * <p>Any network will do that has a feature map: a value [1, C, S, S] that decides the logits or,
 * in vision transformers, tokens [1, K + S * S, C]. It is found by what it does: of all such values
 * the last one at whose positions the logits have a gradient. Only what comes after the map is
 * differentiated, so an explanation costs little more than an answer.
 *
 * <p>Not thread-safe: one thread at a time. It owns native memory until it is closed.
 *
 * @see <a href="https://arxiv.org/abs/1610.02391">Selvaraju et al. 2017, Grad-CAM: Visual
 *     Explanations from Deep Networks via Gradient-based Localization</a>
 */
public final class GradCam implements AutoCloseable {
  private final Card card;
  private final Device device;
  private final FeatureMap map;
  private final CutForward network;
  private final ImagePipeline pipeline;
  private final FloatBuffer pixels;

  private GradCam(Card card, Device device, FeatureMaps.Found found, int maxPixels) {
    this.card = card;
    this.device = device;
    this.map = found.map();
    this.network = found.network();
    Preprocessing preprocessing = card.preprocessing();
    pixels =
        ByteBuffer.allocateDirect(Math.multiplyExact(preprocessing.floats(), Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    pipeline =
        new ImagePipeline(preprocessing, preprocessing.evalTransforms(), Layout.HWC, maxPixels);
  }

  /**
   * Loads a model and finds its last feature map, which takes a few runs of the network.
   *
   * @param model a {@code model.pt} that graft saved
   * @param device where it computes
   * @return an explainer, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is not a whole TorchScript file
   * @throws ModelException if it is no artefact of graft, or its network has no feature map
   */
  public static GradCam load(Path model, Device device) {
    return load(model, device, ImageDecoder.MAX_PIXELS);
  }

  /**
   * Does the same, and refuses large images by their header.
   *
   * @param model a {@code model.pt} that graft saved
   * @param device where it computes
   * @param maxPixels as for {@link ImageDecoder#ImageDecoder(int)}
   * @return an explainer, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is not a whole TorchScript file
   * @throws ModelException if it is no artefact of graft, or its network has no feature map
   */
  public static GradCam load(Path model, Device device, int maxPixels) {
    try (Classifier classifier = Classifier.load(model, device)) {
      classifier.to(MemoryFormat.CHANNELS_LAST);
      Card card = classifier.card();
      FeatureMaps.Found found = find(model, classifier, device);
      try {
        return new GradCam(card, device, found, maxPixels);
      } catch (Throwable e) {
        found.network().close();
        throw e;
      }
    }
  }

  private static FeatureMaps.Found find(Path model, Classifier classifier, Device device) {
    int side = classifier.card().preprocessing().imageSize();
    try (Tensor cpu = Tensor.uniform(new SplittableRandom(7), 2, 1, 3, side, side);
        Tensor image = cpu.to(device)) {
      requireLogits(model, classifier, image);
      try (ForwardGraph graph = ForwardGraph.of(classifier.module())) {
        var maps = new FeatureMaps(graph, image);
        FeatureMaps.Found found = maps.last();
        TorchException problem = maps.problem();
        if (found != null) {
          return found;
        } else if (problem != null) {
          throw problem;
        }
      }
    } catch (TorchException e) {
      String why = "libtorch cannot differentiate its network: " + e.getMessage();
      throw new ModelException(refusal(model, why), e);
    }
    String why = "its network has no feature map, a grid of 2x2 or more that decides the classes.";
    throw new ModelException(refusal(model, why));
  }

  private static void requireLogits(Path model, Classifier classifier, Tensor image) {
    long[] expected = {1, classifier.classCount()};
    try (NoGrad guard = NoGrad.open();
        Tensor logits = classifier.forward(image)) {
      if (!Arrays.equals(logits.shape(), expected)) {
        throw new ModelException(
            "Cannot explain %s: for one image it returns %s instead of %s. Train it again."
                .formatted(model, Arrays.toString(logits.shape()), Arrays.toString(expected)));
      }
    }
  }

  private static String refusal(Path model, String why) {
    return "Cannot explain %s: %s Grad-CAM needs a convolutional network or a vision transformer, such as resnet18."
        .formatted(model, why);
  }

  /**
   * Describes the model.
   *
   * @return its classes, head and preprocessing
   */
  public Card card() {
    return card;
  }

  /**
   * Explains the answer to an image file.
   *
   * @param file the image
   * @param label the class to explain, or null for the most probable one
   * @return the explanation
   * @throws dev.graft.image.ImageException if the image cannot be read or decoded
   * @throws IllegalArgumentException if the model does not know the class
   */
  public Explanation explain(Path file, @Nullable String label) {
    int asked = indexOf(label);
    pipeline.load(file, new SplittableRandom(0), pixels, 0);
    return explain(file.toString(), asked);
  }

  /**
   * Explains the answer to an image in memory.
   *
   * @param encoded the content of an image file
   * @param name what to call it in an error
   * @param label the class to explain, or null for the most probable one
   * @return the explanation
   * @throws dev.graft.image.ImageException if the image cannot be decoded
   * @throws IllegalArgumentException if the model does not know the class
   */
  public Explanation explain(byte[] encoded, String name, @Nullable String label) {
    int asked = indexOf(label);
    pipeline.load(encoded, name, new SplittableRandom(0), pixels, 0);
    return explain(name, asked);
  }

  private int indexOf(@Nullable String label) {
    if (label == null) {
      return -1;
    }
    int index = card.classes().indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException(
          "The model knows no class \""
              + label
              + "\"; it knows: "
              + String.join(", ", card.classes())
              + ".");
    }
    return index;
  }

  /** Explains what is in the buffer; a negative index asks for the most probable class. */
  private Explanation explain(String name, int asked) {
    int side = card.preprocessing().imageSize();
    try (Tensor image = Tensor.ofBuffer(pixels, MemoryFormat.CHANNELS_LAST, 1, 3, side, side);
        Tensor input = image.to(device);
        CutForward.Pass pass = network.forward(input);
        Tensor softmax = pass.output().softmax(1)) {
      double[] probabilities = softmax.toDoubleArray();
      int index = asked < 0 ? largest(probabilities) : asked;
      if (!(probabilities[index] >= 0)) {
        throw new ModelException(
            "The model computes no probabilities for " + name + ": its weights are damaged.");
      }
      HeatMap heat = heatMap(pass, index);
      String label = card.classes().get(index);
      var crop = pipeline.pixels().toBufferedImage();
      return new Explanation(label, Math.min(probabilities[index], 1), heat, crop);
    }
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  /** Equations 1 and 2 of the paper: the weights of the channels, and the map that they give. */
  private HeatMap heatMap(CutForward.Pass pass, int index) {
    float[] one = new float[card.classes().size()];
    one[index] = 1;
    double[] heat = new double[map.positions()];
    try (Tensor cpu = Tensor.copyOf(one, 1, one.length);
        Tensor weights = cpu.to(device);
        Tensor gradient = pass.gradient(weights)) {
      if (gradient != null) { // it never is, as that is what the map was chosen for
        addUp(pass.value().toFloatArray(), gradient.toFloatArray(), heat);
      }
    }
    return HeatMap.normalized(map.side(), map.side(), heat);
  }

  private void addUp(float[] features, float[] gradient, double[] heat) {
    for (int channel = 0; channel < map.channels(); channel++) {
      double sum = 0;
      for (int position = 0; position < heat.length; position++) {
        sum += gradient[map.index(channel, position)];
      }
      double weight = sum / heat.length;
      for (int position = 0; position < heat.length; position++) {
        heat[position] += weight * features[map.index(channel, position)];
      }
    }
  }

  /** Frees the network. Harmless when done before. */
  @Override
  public void close() {
    network.close();
    pipeline.close();
  }
}
