package dev.graft.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Block;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueOptional;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.JitNode;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.OptionalType;
import org.bytedeco.pytorch.Symbol;
import org.bytedeco.pytorch.Value;
import org.bytedeco.pytorch.ValueVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Gives the convolutions of a frozen graph their weights in the layout that oneDNN computes with.
 * With plain weights it converts them in every call, which is a quarter of the time of a ResNet-18
 * that answers for one image. A ReLU that alone uses a convolution's result becomes a part of it.
 * With the channels last, the results stay the same to the last bit.
 *
 * <p>libtorch's {@code optimize_for_inference} does the same for float32 alone, with its
 * activations in blocks; here they keep their channels last, and bfloat16 is packed too.
 */
final class PackedConvolutions {
  private static final String CONVOLUTION = "aten::conv2d";

  private final Graph graph;
  private final Map<Long, Integer> uses = new HashMap<>();
  private final Map<Long, JitNode> relus = new HashMap<>();
  private final List<JitNode> convolutions = new ArrayList<>();

  private PackedConvolutions(Graph graph) {
    this.graph = graph;
  }

  /** Packs what can be packed of a frozen module that has not run yet; in a native call. */
  static void pack(JitModule frozen) {
    if (torch.hasMKLDNN()) {
      new PackedConvolutions(frozen.get_method("forward").graph()).pack();
    }
  }

  private void pack() {
    JitNode end = graph.return_node();
    for (JitNode node = graph.block().nodes().begin().multiply();
        !same(node, end);
        node = node.next()) {
      switch (kind(node)) {
        case CONVOLUTION -> convolutions.add(node);
        case "aten::relu", "aten::relu_" -> relus.put(node.input(0).unique(), node);
        default -> {}
      }
    }
    count(graph.block());
    for (JitNode convolution : convolutions) {
      org.bytedeco.pytorch.Tensor packed = packedWeight(convolution);
      if (packed != null) {
        replace(convolution, packed);
      }
    }
  }

  /** Counts how often each value is used, in inner blocks too. */
  private void count(Block block) {
    JitNode end = block.return_node();
    for (JitNode node = block.nodes().begin().multiply(); ; node = node.next()) {
      for (long i = 0; i < node.inputs().size(); i++) {
        uses.merge(node.input(i).unique(), 1, Integer::sum);
      }
      if (same(node, end)) {
        return;
      }
      for (long i = 0; i < node.blocks().size(); i++) {
        count(node.blocks().get(i));
      }
    }
  }

  /** The weight for oneDNN, or null where it is none that oneDNN computes with on this machine. */
  private static org.bytedeco.pytorch.@Nullable Tensor packedWeight(JitNode convolution) {
    IValue weight = constant(convolution.input(1));
    long[] stride = longs(convolution.input(3));
    long[] padding = longs(convolution.input(4)); // null where it is a word, such as "same"
    long[] dilation = longs(convolution.input(5));
    IValue groups = constant(convolution.input(6));
    if (weight == null || stride == null || padding == null || dilation == null || groups == null) {
      return null;
    }
    org.bytedeco.pytorch.Tensor plain = weight.toTensor();
    if (!plain.is_cpu() || plain.is_mkldnn()) {
      return null;
    }
    try {
      return torch.mkldnn_reorder_conv2d_weight(
          plain.to_mkldnn(), padding, stride, dilation, groups.toInt(), new LongArrayRefOptional());
    } catch (RuntimeException e) {
      return null; // such as bfloat16 on a processor without AVX-512: it runs as it did
    }
  }

  private void replace(JitNode convolution, org.bytedeco.pytorch.Tensor packed) {
    Value plain = convolution.input(1);
    Value result = convolution.output();
    JitNode relu = uses.getOrDefault(result.unique(), 0) == 1 ? relus.get(result.unique()) : null;
    JitNode weight = before(convolution, "prim::ConstantMKLDNNTensor", new ValueVector());
    weight.t_(Symbol.attr("value"), packed);
    JitNode scalars = before(convolution, "prim::ListConstruct", new ValueVector());
    scalars
        .output()
        .setType(ListType.get("scalars", OptionalType.get(ListType.ofNumbers().getElementType())));
    var inputs =
        new ValueVector(
            convolution.input(0),
            weight.output(),
            convolution.input(2),
            convolution.input(4), // here the padding comes before the stride
            convolution.input(3),
            convolution.input(5),
            convolution.input(6),
            insert(convolution, new IValue(relu == null ? "none" : "relu")),
            scalars.output(),
            insert(convolution, new IValue()));
    JitNode pointwise = before(convolution, "mkldnn::_convolution_pointwise", inputs);
    (relu == null ? result : relu.output()).replaceAllUsesWith(pointwise.output());
    if (relu != null) {
      relu.destroy();
    }
    convolution.destroy();
    if (!plain.hasUses()) {
      plain.node().destroy(); // or the weights would be held twice
    }
  }

  private JitNode before(JitNode place, String kind, ValueVector inputs) {
    return graph.create(Symbol.fromQualString(kind), inputs, 1).insertBefore(place);
  }

  private Value insert(JitNode place, IValue value) {
    Value constant = graph.insertConstant(value);
    constant.node().moveBefore(place);
    return constant;
  }

  private static @Nullable IValue constant(Value value) {
    IValueOptional constant = torch.toIValue(value);
    return constant.has_value() ? constant.get() : null;
  }

  private static long @Nullable [] longs(Value value) {
    IValue constant = constant(value);
    if (constant == null || !constant.isIntList()) {
      return null;
    }
    var list = constant.toIntList();
    long[] longs = new long[Math.toIntExact(list.size())];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = list.get(i);
    }
    return longs;
  }

  private static String kind(JitNode node) {
    return node.kind().toQualString().getString();
  }

  private static boolean same(JitNode a, JitNode b) {
    return a.address() == b.address();
  }
}
