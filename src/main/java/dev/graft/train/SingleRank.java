package dev.graft.train;

import dev.graft.torch.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The only rank: everything is its own already. */
final class SingleRank implements Ranks {
  static final SingleRank INSTANCE = new SingleRank();

  private SingleRank() {}

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public int localSize() {
    return 1;
  }

  @Override
  public void requireSame(Map<String, String> description) {}

  @Override
  public void broadcast(Collection<Tensor> tensors) {}

  @Override
  public byte[] broadcast(byte[] bytes) {
    return bytes;
  }

  @Override
  public double[] sum(double... values) {
    return values;
  }

  @Override
  public double[] averageGradients(List<Tensor> parameters, double... votes) {
    return votes;
  }
}
