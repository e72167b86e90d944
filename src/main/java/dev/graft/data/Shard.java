package dev.graft.data;

/**
 * The share of an epoch's images that one of several processes sees, as PyTorch's {@code
 * DistributedSampler} deals them out: of the epoch's order, process {@code r} takes every {@code
 * count}-th from place {@code r} on. For training the order first goes round again until it divides
 * evenly, so that all take equally many steps; for evaluation nothing is repeated, so that each
 * image counts once.
 *
 * <p>So the k-th batches of all processes together are the k-th batch of one process whose batches
 * are {@code count} times as large.
 *
 * @param rank which of the shares, from 0
 * @param count the number of shares
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler">
 *     DistributedSampler</a>
 */
public record Shard(int rank, int count) {
  /**
   * Checks the ranges.
   *
   * @param rank which of the shares, from 0
   * @param count the number of shares
   */
  public Shard {
    if (count < 1 || rank < 0 || rank >= count) {
      throw new IllegalArgumentException("There is no share " + rank + " of " + count + ".");
    }
  }

  /**
   * All of it.
   *
   * @return the only share
   */
  public static Shard whole() {
    return new Shard(0, 1);
  }

  /** The number of images in the share of an epoch of so many. */
  int size(int images, boolean repeats) {
    int most = (int) (((long) images + count - 1) / count);
    return repeats || rank < images - (most - 1) * count ? most : most - 1;
  }

  /** The share of an epoch's order. */
  int[] of(int[] order, boolean repeats) {
    int[] share = new int[size(order.length, repeats)];
    for (int i = 0; i < share.length; i++) {
      share[i] = order[(int) (((long) i * count + rank) % order.length)];
    }
    return share;
  }
}
