package dev.graft.explain;

import dev.graft.torch.CutForward;
import dev.graft.torch.ForwardGraph;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last feature map by what it does: of all values of a network that have the shape of a
 * map, the last one at whose positions the logits have a gradient.
 *
 * <p>That is what is used by hand: the last convolution block's result in convolutional networks
 * and, in vision transformers, the last block's input to its attention, normalised, since a class
 * token looks at the others nowhere later.
 */
final class FeatureMaps {
  /** A map and the network that is differentiated there. */
  record Found(FeatureMap map, CutForward network) {}

  private final ForwardGraph graph;
  private final Tensor image;
  private @Nullable TorchException problem;

  /**
   * Makes one.
   *
   * @param graph of the network
   * @param image [1, 3, S, S] to try it on
   */
  FeatureMaps(ForwardGraph graph, Tensor image) {
    this.graph = graph;
    this.image = image;
  }

  /** The last map with its network, owned by the caller; null if there is none. */
  @Nullable Found last() {
    List<FeatureMap> maps = candidates(graph.shapes(image), (int) image.shape()[2]);
    for (int i = maps.size() - 1; i >= 0; i--) {
      FeatureMap map = maps.get(i);
      CutForward network = graph.cut(map.value());
      boolean decides = false;
      try {
        decides = decides(map, network);
      } finally {
        if (!decides) {
          network.close();
        }
      }
      if (decides) {
        return new Found(map, network);
      }
    }
    return null;
  }

  /** Why a value that looks like a map could not be tried, if that happened. */
  @Nullable TorchException problem() {
    return problem;
  }

  /**
   * The values that have the shape of a map, in order. A map is as large as one before, or smaller
   * than all: attention's weights, [1, heads, tokens, tokens], are square too.
   */
  static List<FeatureMap> candidates(List<long[]> shapes, int imageSize) {
    List<FeatureMap> maps = new ArrayList<>();
    Set<Integer> sides = new HashSet<>();
    int smallest = imageSize;
    FeatureMap grid = null;
    for (int value = 0; value < shapes.size(); value++) {
      int most = smallest;
      FeatureMap map =
          FeatureMap.ofGrid(value, shapes.get(value), s -> s <= most || sides.contains(s));
      if (map != null) {
        grid = map;
        sides.add(map.side());
        smallest = Math.min(smallest, map.side());
      } else if (grid != null) {
        map = FeatureMap.ofTokens(value, shapes.get(value), grid);
      }
      if (map != null) {
        maps.add(map);
      }
    }
    return maps;
  }

  /** Whether the logits depend on what is at the map's positions. */
  private boolean decides(FeatureMap map, CutForward network) {
    try (CutForward.Pass pass = network.forward(image);
        Tensor cpu = Tensor.uniform(new SplittableRandom(7), 1, pass.output().shape());
        Tensor weights = cpu.to(image.device());
        Tensor gradient = pass.gradient(weights)) {
      return gradient != null && map.isAnywhere(gradient.toFloatArray());
    } catch (TorchException e) { // such as for a mask, which is not of floating point
      problem = problem == null ? e : problem;
      return false;
    }
  }
}
