package dev.graft.train;

import dev.graft.torch.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The processes that train one model together, each on its share of every batch. All of them call
 * the same methods in the same order; each call waits for the others. What they get back is the
 * same on all, to the bit, so that they decide alike.
 *
 * <p>If another process is lost, or does not come in time, a call throws {@link RankException}.
 */
public interface Ranks {
  /**
   * A process that trains alone.
   *
   * @return one rank, for which nothing is sent or copied
   */
  static Ranks single() {
    return SingleRank.INSTANCE;
  }

  /**
   * This process's number. Rank 0 writes the run's files and shows it.
   *
   * @return from 0
   */
  int rank();

  /**
   * Counts the processes.
   *
   * @return 1 or more
   */
  int size();

  /**
   * Counts the processes on this machine.
   *
   * @return 1 or more
   */
  int localSize();

  /**
   * Checks that all are about to do the same.
   *
   * @param description what must be equal, such as settings and digests, by name
   * @throws RunException on all ranks, if one differs from rank 0; it names the rank, what differs
   *     and both values
   */
  void requireSame(Map<String, String> description);

  /**
   * Replaces tensors by rank 0's.
   *
   * @param tensors of the same shapes and types on all ranks, in the same order
   */
  void broadcast(Collection<Tensor> tensors);

  /**
   * Sends rank 0's bytes to the others.
   *
   * @param bytes rank 0's; what others pass is ignored
   * @return rank 0's
   */
  byte[] broadcast(byte[] bytes);

  /**
   * Adds numbers up over all ranks, in double precision.
   *
   * @param values as many on each rank
   * @return their sums
   */
  double[] sum(double... values);

  /**
   * Replaces the gradients of parameters by their mean over all ranks, and adds a few numbers up on
   * the way.
   *
   * @param parameters the same on all ranks
   * @param votes as many on each rank; small whole numbers
   * @return their sums
   */
  double[] averageGradients(List<Tensor> parameters, double... votes);

  /**
   * Tells whether this rank writes the run's files and shows it.
   *
   * @return true for rank 0
   */
  default boolean isFirst() {
    return rank() == 0;
  }
}
