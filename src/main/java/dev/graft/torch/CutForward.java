package dev.graft.torch;

import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GraphExecutor;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A network that shows one of the values on its way, and how its output depends on it. Only what
 * comes after that value is recorded for backward. {@link ForwardGraph#cut} makes it; used by one
 * thread at a time.
 */
public final class CutForward implements AutoCloseable {
  private final GraphExecutor graph;
  private final JitModule self;

  private CutForward(GraphExecutor graph, JitModule self) {
    this.graph = graph;
    this.self = self;
  }

  /** Takes pointers made in the running native call out of its scope. */
  static CutForward own(GraphExecutor graph, JitModule self) {
    return new CutForward(Native.keep(graph), Native.keep(self));
  }

  /**
   * Runs the network.
   *
   * @param input the only argument, which requires no gradient
   * @return the value and the output, owned by the caller
   * @throws TorchException if the network fails or returns anything but one tensor
   * @throws IllegalStateException if this is closed
   */
  public Pass forward(Tensor input) {
    if (graph.isNull()) {
      throw new IllegalStateException("The network is closed.");
    }
    try (GraphOptimization off = GraphOptimization.off()) {
      return Native.call(
          () -> {
            AutoGradMode before = new AutoGradMode(true);
            try (before) {
              IValueVector results = ForwardGraph.run(graph, self, input);
              if (!results.get(0).isTensor()) {
                throw new TorchException("The module's forward does not return one tensor.");
              }
              return new Pass(
                  Tensor.own(results.get(1).toTensor()), Tensor.own(results.get(0).toTensor()));
            }
          });
    }
  }

  /**
   * What one run computed.
   *
   * @param value the value at the cut
   * @param output what the network returns
   */
  public record Pass(Tensor value, Tensor output) implements AutoCloseable {
    /**
     * Computes the gradient of {@code sum(weights * output)} with respect to the value. Once: what
     * was recorded for it is freed.
     *
     * @param weights of the output's shape, type and device
     * @return of the value's shape, owned by the caller; null if the output does not depend on it
     */
    public @Nullable Tensor gradient(Tensor weights) {
      return Native.<@Nullable Tensor>call(
          () -> {
            if (!output.raw().requires_grad()) {
              return null;
            }
            TensorVector gradients =
                torch.grad(
                    new TensorVector(output.raw()),
                    new TensorVector(value.raw()),
                    new TensorVector(weights.raw()),
                    new BoolOptional(),
                    false,
                    true);
            var gradient = gradients.get(0);
            return gradient.defined() ? Tensor.own(gradient) : null;
          });
    }

    /** Frees both tensors. Harmless when done before. */
    @Override
    public void close() {
      value.close();
      output.close();
    }
  }

  /** Frees the network. Harmless when done before. */
  @Override
  public void close() {
    graph.close();
    self.close();
  }
}
