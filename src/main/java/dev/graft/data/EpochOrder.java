package dev.graft.data;

import java.util.SplittableRandom;

/**
 * The order of the samples in one epoch and the randomness of each. Both follow from (seed, epoch)
 * alone, a sample's from its index too; threads and timing have no part in it.
 */
final class EpochOrder {
  private static final long SHUFFLE = -1;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long key;
  private final int[] indices;

  /** Sorted if not shuffled. */
  EpochOrder(int size, boolean shuffle, long seed, int epoch) {
    this(size, Shard.whole(), shuffle, seed, epoch);
  }

  /** A share of it, which repeats images if it is shuffled. */
  EpochOrder(int size, Shard shard, boolean shuffle, long seed, int epoch) {
    key = key(seed, epoch);
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      all[i] = i;
    }
    if (shuffle) {
      fisherYates(all, random(SHUFFLE));
    }
    indices = shard.of(all, shuffle);
  }

  int size() {
    return indices.length;
  }

  /** The index of the sample at a position of the epoch. */
  int index(int position) {
    return indices[position];
  }

  /** The augmentation's random of a sample, made anew on each call. */
  SplittableRandom random(long index) {
    return random(key, index);
  }

  /** The same for something that is known by another number than its index. */
  static SplittableRandom random(long seed, int epoch, long number) {
    return random(key(seed, epoch), number);
  }

  private static long key(long seed, int epoch) {
    return mix(mix(seed) + epoch);
  }

  private static SplittableRandom random(long key, long number) {
    return new SplittableRandom(mix(key + number));
  }

  private static void fisherYates(int[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  /** SplitMix64's step and finalizer (Steele, Lea, Flood 2014): neighbours come out unrelated. */
  private static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
