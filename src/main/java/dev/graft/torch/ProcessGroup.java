package dev.graft.torch;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;
import org.jspecify.annotations.Nullable;

/**
 * Processes, each with a rank, that compute sums together: c10d's process group on Gloo, over TCP,
 * for tensors on the CPU; or on NCCL for those on CUDA devices. All take part in the same
 * operations in the same order; each operation waits for all of them.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/distributed.html">torch.distributed</a>
 */
public final class ProcessGroup implements AutoCloseable {
  private @Nullable Backend raw;

  private ProcessGroup(Backend raw) {
    this.raw = raw;
  }

  /**
   * Joins on Gloo; returns when all processes have.
   *
   * @param store which all are connected to, and through which they find each other
   * @param prefix of the keys that are used for that, the same for all
   * @param rank this process's, from 0
   * @param size the number of processes
   * @param address this machine's, at which the others reach it
   * @param networkInterface such as {@code eth0}, whose address is taken instead; null for none
   * @param timeout how long to wait for the others, here and in each operation
   * @return the group, owned by the caller
   * @throws TorchException if one of them does not come
   */
  public static ProcessGroup join(
      TcpStore store,
      String prefix,
      int rank,
      int size,
      InetAddress address,
      @Nullable String networkInterface,
      Duration timeout) {
    return Native.call(
        () -> {
          var options = ProcessGroupGloo.Options.create(new Milliseconds(timeout.toMillis()));
          options.devices(
              new GlooDeviceVector(
                  networkInterface == null
                      ? ProcessGroupGloo.createDeviceForHostname(address.getHostAddress())
                      : ProcessGroupGloo.createDeviceForInterface(networkInterface)));
          return new ProcessGroup(
              Native.keep(
                  new ProcessGroupGloo(new PrefixStore(prefix, store.raw()), rank, size, options)));
        });
  }

  /**
   * Tells whether this build of libtorch has NCCL, as that of the {@code gpu} profile on Linux.
   *
   * @return true if {@link #joinNccl} can be tried
   */
  public static boolean hasNccl() {
    try {
      Loader.load(ProcessGroupNCCL.class);
      return true;
    } catch (LinkageError
        | TypeNotPresentException e) { // the library, or CUDA's classes, are missing
      return false;
    }
  }

  /**
   * Joins on NCCL. The first operation connects to the others, and waits for them.
   *
   * @param store which all are connected to, and through which they find each other
   * @param prefix of the keys that are used for that, the same for all
   * @param rank this process's, from 0; each has a CUDA device of its own
   * @param size the number of processes
   * @param timeout how long each operation waits for the others
   * @return the group, owned by the caller
   * @throws TorchException if there is no CUDA device
   */
  public static ProcessGroup joinNccl(
      TcpStore store, String prefix, int rank, int size, Duration timeout) {
    return Native.call(
        () -> {
          // A failure then throws where one waits; else a thread of libtorch's own ends the
          // process.
          torch.set_env("TORCH_NCCL_BLOCKING_WAIT", "1", true);
          var options = ProcessGroupNCCL.Options.create();
          options.timeout(new Milliseconds(timeout.toMillis()));
          return new ProcessGroup(
              Native.keep(
                  new ProcessGroupNCCL(new PrefixStore(prefix, store.raw()), rank, size, options)));
        });
  }

  /**
   * Replaces a tensor by its sum over all processes, the same bits on each.
   *
   * @param tensor contiguous, of the same shape and type everywhere; on the group's kind of device
   * @throws TorchException if another process is lost or late; the tensor is then anything
   */
  public void sum(Tensor tensor) {
    await(() -> group().allreduce(new TensorVector(tensor.raw())));
  }

  /**
   * Replaces a tensor by rank 0's.
   *
   * @param tensor contiguous, of the same shape and type everywhere; on the group's kind of device
   * @throws TorchException if another process is lost or late; the tensor is then anything
   */
  public void broadcast(Tensor tensor) {
    await(
        () -> {
          var options = new BroadcastOptions();
          options.rootRank(0);
          options.rootTensor(0);
          return group().broadcast(new TensorVector(tensor.raw()), options);
        });
  }

  private Backend group() {
    Backend group = raw;
    if (group == null) {
      throw new IllegalStateException("The process group is closed.");
    }
    return group;
  }

  private static void await(Supplier<Work> begin) {
    Native.run(() -> begin.get()._wait());
  }

  /** Leaves the group. Harmless when done before. */
  @Override
  public void close() {
    Backend group = raw;
    raw = null;
    if (group != null) {
      group.close();
    }
  }
}
