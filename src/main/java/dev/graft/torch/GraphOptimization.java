package dev.graft.torch;

import org.bytedeco.pytorch.global.torch;

/**
 * A block in which the calling thread runs TorchScript as written. Otherwise libtorch's profiling
 * executor watches a function's first runs, then replaces it by an optimised graph (fused
 * operations, autograd over whole subgraphs), whose sums may round differently.
 *
 * <p>libtorch keeps the mode per thread, so the block is closed by the thread that opened it;
 * another thread's {@code close()} is an {@link IllegalStateException}.
 */
public final class GraphOptimization implements AutoCloseable {
  private final OwnerThread owner = new OwnerThread("A GraphOptimization");
  private final boolean before;
  private boolean open = true;

  private GraphOptimization(boolean optimize) {
    before = Native.call(torch::getGraphExecutorOptimize);
    Native.run(() -> torch.setGraphExecutorOptimize(optimize));
  }

  /**
   * Opens a block without optimisation.
   *
   * @return the block, to be closed in reverse order of opening
   */
  public static GraphOptimization off() {
    return new GraphOptimization(false);
  }

  /** Opens a block with optimisation, whatever is around it. */
  static GraphOptimization on() {
    return new GraphOptimization(true);
  }

  /** Restores the mode that was on before. Harmless when done before. */
  @Override
  public void close() {
    owner.require();
    if (open) {
      open = false;
      Native.run(() -> torch.setGraphExecutorOptimize(before));
    }
  }
}
