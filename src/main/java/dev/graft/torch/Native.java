package dev.graft.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The one place where Java calls libtorch. Every call runs in a scope that frees the temporaries it
 * made before it returns, and a C++ exception leaves it as a {@link TorchException}.
 *
 * <p>A pointer that has to outlive the call is passed through {@link #keep} and from then on freed
 * by its owner's {@code close()}.
 */
final class Native {
  private Native() {}

  static <T> T call(Supplier<T> body) {
    NativeRuntime.load();
    try (PointerScope scope = new PointerScope()) {
      return body.get();
    } catch (RuntimeException e) {
      throw translate(e);
    }
  }

  static void run(Runnable body) {
    NativeRuntime.load();
    try (PointerScope scope = new PointerScope()) {
      body.run();
    } catch (RuntimeException e) {
      throw translate(e);
    }
  }

  /** Runs a native call whose result is a tensor that the caller will own. */
  static Tensor tensor(Supplier<org.bytedeco.pytorch.Tensor> body) {
    return call(() -> Tensor.own(body.get()));
  }

  /** Lets a pointer outlive the scope of the running call; its owner frees it. */
  static <P extends Pointer> P keep(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /** JavaCPP throws plain RuntimeExceptions for C++ ones; anything more specific is ours. */
  private static RuntimeException translate(RuntimeException e) {
    return e.getClass() == RuntimeException.class ? TorchException.of(e) : e;
  }
}
