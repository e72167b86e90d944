package dev.graft.distributed;

import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.FlatGradients;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.ProcessGroup;
import dev.graft.torch.TcpStore;
import dev.graft.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What connected ranks compute together: over Gloo, by way of the CPU; gradients over NCCL where
 * all ranks have theirs on CUDA devices, in builds that have it. Failures are {@code
 * TorchException}s that name nobody.
 */
final class Collectives implements AutoCloseable {
  private final RankEnvironment environment;
  private final Meeting meeting;
  private final TcpStore store;
  private final Duration timeout;
  private final ProcessGroup gloo;
  private @Nullable ProcessGroup nccl;
  private @Nullable FlatGradients gradients;

  /** Connects all ranks; returns when they are. */
  Collectives(
      RankEnvironment environment,
      Meeting meeting,
      TcpStore store,
      @Nullable String networkInterface,
      Duration timeout) {
    this.environment = environment;
    this.meeting = meeting;
    this.store = store;
    this.timeout = timeout;
    this.gloo =
        ProcessGroup.join(
            store,
            meeting.key("gloo"),
            environment.rank(),
            environment.size(),
            meeting.ownAddress(),
            networkInterface,
            timeout);
  }

  void broadcast(Collection<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      try (Tensor copy = tensor.copy();
          Tensor dense = copy.to(MemoryFormat.CONTIGUOUS);
          Tensor sent = dense.to(Device.CPU)) {
        gloo.broadcast(sent);
        tensor.copyFrom(sent);
      }
    }
  }

  byte[] broadcast(byte[] bytes) {
    boolean first = environment.rank() == 0;
    int length = (int) sum(first ? bytes.length : 0)[0];
    byte[] sent = first ? bytes : new byte[length];
    try (Tensor tensor = Tensor.copyOf(ByteBuffer.wrap(sent), DType.UINT8, length)) {
      gloo.broadcast(tensor);
      byte[] result = new byte[length];
      tensor.toByteBuffer().get(result);
      return result;
    }
  }

  double[] sum(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.nativeOrder());
    bytes.asDoubleBuffer().put(values);
    try (Tensor tensor = Tensor.copyOf(bytes, DType.FLOAT64, values.length)) {
      if (values.length > 0) {
        gloo.sum(tensor);
      }
      return tensor.toDoubleArray();
    }
  }

  double[] averageGradients(List<Tensor> parameters, double... votes) {
    FlatGradients buffer = gradients == null ? open(parameters.get(0).device()) : gradients;
    Tensor flat = buffer.pack(parameters, votes);
    (nccl == null ? gloo : nccl).sum(flat);
    return buffer.unpack(parameters, environment.size(), votes.length);
  }

  /** Prepares for gradients on a device; they go by way of the CPU unless all ranks have NCCL. */
  private FlatGradients open(Device device) {
    boolean direct = sum(device.isCuda() && ProcessGroup.hasNccl() ? 0 : 1)[0] == 0;
    if (direct) {
      String key = meeting.key("nccl");
      nccl = ProcessGroup.joinNccl(store, key, environment.rank(), environment.size(), timeout);
    }
    var opened = new FlatGradients(direct ? device : Device.CPU);
    gradients = opened;
    return opened;
  }

  @Override
  public void close() {
    if (gradients != null) {
      gradients.close();
    }
    if (nccl != null) {
      nccl.close();
    }
    gloo.close();
  }
}
