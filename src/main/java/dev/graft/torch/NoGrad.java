package dev.graft.torch;

import org.bytedeco.pytorch.NoGradGuard;
import org.jspecify.annotations.Nullable;

/**
 * A block in which the calling thread records nothing for backward, as {@code torch.no_grad()}.
 *
 * <p>libtorch keeps the mode per thread, so the block is closed by the thread that opened it;
 * another thread's {@code close()} is an {@link IllegalStateException}.
 */
public final class NoGrad implements AutoCloseable {
  private final OwnerThread owner = new OwnerThread("A NoGrad");
  private @Nullable NoGradGuard guard;

  private NoGrad() {
    guard = Native.call(() -> Native.keep(new NoGradGuard()));
  }

  /**
   * Opens the block.
   *
   * @return the block, to be closed in reverse order of opening
   */
  public static NoGrad open() {
    return new NoGrad();
  }

  /** Restores the mode that was on before. Harmless when done before. */
  @Override
  public void close() {
    owner.require();
    NoGradGuard open = guard;
    guard = null;
    if (open != null) {
      open.close();
    }
  }
}
