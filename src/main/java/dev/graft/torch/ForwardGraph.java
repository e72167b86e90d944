package dev.graft.torch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.GraphExecutor;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.JitNode;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.Symbol;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.Value;
import org.bytedeco.pytorch.ValueVector;

/**
 * What a module's {@code forward} computes on the way: the tensors that its operations hand on,
 * those of nested modules too. It is the graph of a frozen copy, in which BatchNorm is folded into
 * the convolutions before it. A branch or a loop that freezing leaves counts as one operation.
 *
 * <p>{@link #shapes} shows all of these values; {@link #cut} makes one of them a place to
 * differentiate at. Used by one thread at a time.
 */
public final class ForwardGraph implements AutoCloseable {
  private final Module frozen;

  private ForwardGraph(Module frozen) {
    this.frozen = frozen;
  }

  /**
   * Makes the graph of a module.
   *
   * @param module in evaluation mode; it stays as it is and may be closed afterwards
   * @return the graph, owned by the caller
   * @throws IllegalStateException if the module is in training mode
   * @throws TorchException if libtorch cannot freeze it, or its {@code forward} has other arguments
   *     than one, optional ones too
   * @throws java.io.UncheckedIOException as {@link Module#freeze} does
   */
  public static ForwardGraph of(Module module) {
    var graph = new ForwardGraph(module.freezeUnpacked());
    long arguments = Native.call(() -> graph.copy().inputs().size() - 1); // without the module
    if (arguments != 1) {
      graph.close();
      throw new TorchException("The module's forward has " + arguments + " arguments, not one.");
    }
    return graph;
  }

  /**
   * Runs the module and tells the shape of each value on the way from its input to its output.
   *
   * @param input the only argument
   * @return the shapes, in order of computation; the position is the value's number
   * @throws TorchException if the module fails
   */
  public List<long[]> shapes(Tensor input) {
    try (GraphOptimization off = GraphOptimization.off()) {
      return Native.call(
          () -> {
            var graph = new GraphExecutor(sizesOnly(), "shapes");
            IValueVector sizes = run(graph, frozen.raw(), input);
            List<long[]> shapes = new ArrayList<>();
            for (long i = 0; i < sizes.size(); i++) {
              shapes.add(sizes.get(i).toIntVector().get());
            }
            return shapes;
          });
    }
  }

  /** A graph that returns the size of each value, and keeps none. */
  private Graph sizesOnly() {
    Graph graph = copy();
    graph.eraseOutput(0);
    for (Value value : values(graph)) {
      JitNode size = after(value.node(), node(graph, "aten::size", value));
      size.output().setType(new Type.TypePtr(ListType.ofInts()));
      graph.registerOutput(size.output());
    }
    return graph;
  }

  /**
   * Makes a network of the same operations that can be differentiated with respect to one of its
   * values, and to nothing before it.
   *
   * @param value its number, as {@link #shapes} counts
   * @return the network, owned by the caller; it does not need this graph any more
   * @throws IndexOutOfBoundsException if there is no such value
   */
  public CutForward cut(int value) {
    return Native.call(
        () -> {
          Graph graph = copy();
          Value cut = values(graph).get(value);
          JitNode leaf = after(cut.node(), node(graph, "aten::clone", cut));
          addInput(graph, leaf, new IValue()); // the memory format: as it is
          JitNode wanted = after(leaf, node(graph, "aten::requires_grad_", leaf.output()));
          addInput(graph, wanted, new IValue(true));
          // What follows gets a copy: it may work in place, which a leaf does not allow.
          JitNode copied = after(wanted, node(graph, "aten::clone", wanted.output()));
          addInput(graph, copied, new IValue());
          cut.replaceAllUsesAfterNodeWith(copied, copied.output());
          graph.registerOutput(wanted.output());
          return CutForward.own(new GraphExecutor(graph, "cut"), new JitModule(frozen.raw()));
        });
  }

  private Graph copy() {
    return frozen.raw().get_method("forward").graph().copy();
  }

  /** The tensors that depend on the input, in order of computation. */
  private static List<Value> values(Graph graph) {
    Set<Long> dependent = new HashSet<>();
    dependent.add(graph.inputs().get(1).unique()); // the first is the module itself
    List<Value> values = new ArrayList<>();
    JitNode end = graph.return_node();
    for (JitNode node = graph.block().nodes().begin().multiply();
        node.address() != end.address();
        node = node.next()) {
      if (!dependsOn(node, dependent)) {
        continue;
      }
      for (long i = 0; i < node.outputs().size(); i++) {
        Value value = node.output(i);
        dependent.add(value.unique());
        if (value.type().get().isSubtypeOf(TensorType.get())) {
          values.add(value);
        }
      }
    }
    return values;
  }

  private static boolean dependsOn(JitNode node, Set<Long> values) {
    boolean depends = node.blocks().size() > 0; // what is inside may use anything
    for (long i = 0; i < node.inputs().size() && !depends; i++) {
      depends = values.contains(node.input(i).unique());
    }
    return depends;
  }

  private static JitNode node(Graph graph, String kind, Value input) {
    return graph.create(Symbol.fromQualString(kind), new ValueVector(input), 1);
  }

  private static void addInput(Graph graph, JitNode node, IValue value) {
    Value constant = graph.insertConstant(value);
    constant.node().moveBefore(node);
    node.addInput(constant);
  }

  private static JitNode after(JitNode place, JitNode node) {
    return node.insertAfter(place);
  }

  /** Runs a graph of a module; in a native call. */
  static IValueVector run(GraphExecutor graph, JitModule self, Tensor input) {
    var stack = new IValueVector(new IValue(self._ivalue()), new IValue(input.raw()));
    graph.run(stack);
    return stack;
  }

  /** Frees the graph. Harmless when done before. */
  @Override
  public void close() {
    frozen.close();
  }
}
