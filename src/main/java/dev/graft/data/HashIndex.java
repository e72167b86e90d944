package dev.graft.data;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Finds hashes of 64 bits that differ from one in at most {@link Fingerprint#NEAR_BITS} of 11 bits,
 * without comparing all: of two such hashes' four parts of 16 bits at least one differs in at most
 * two bits, so only hashes with such a part are looked up (Norouzi, Punjani and Fleet 2012, <a
 * href="https://arxiv.org/abs/1307.2982">Fast Search in Hamming Space with Multi-Index
 * Hashing</a>).
 */
final class HashIndex {
  private static final int PARTS = 4;
  private static final int PART_BITS = 16;
  private static final int PART_DISTANCE = Fingerprint.NEAR_BITS / PARTS;

  /**
   * Hashes that are compared with one, at most: of a few million by chance there are fewer, but
   * drawings that lack most frequencies have most parts in common.
   */
  private static final int MAX_COMPARED = 20_000;

  /** All differences of a part, the smallest first. */
  private static final int[] DIFFERENCES = differences();

  private final long[] hashes;

  /** For each part, the last hash with each value, and for each hash the one before it. */
  private final int[][] last = new int[PARTS][1 << PART_BITS];

  private final int[][] before;
  private int size;

  HashIndex(int capacity) {
    hashes = new long[capacity];
    before = new int[PARTS][capacity];
    for (int[] part : last) {
      Arrays.fill(part, -1);
    }
  }

  /** Adds a hash; its index is how many there were before. */
  void add(long hash) {
    hashes[size] = hash;
    for (int part = 0; part < PARTS; part++) {
      int value = part(hash, part);
      before[part][size] = last[part][value];
      last[part][value] = size;
    }
    size++;
  }

  /** Calls for each near hash, once, with its index, until it says that it is enough. */
  void near(long hash, IntPredicate enough) {
    int compared = 0;
    for (int part = 0; part < PARTS; part++) {
      for (int difference : DIFFERENCES) {
        int at = last[part][part(hash, part) ^ difference];
        for (; at >= 0; at = before[part][at]) {
          long bits = hash ^ hashes[at];
          if (Long.bitCount(bits) <= Fingerprint.NEAR_BITS
              && isFirst(bits, part)
              && enough.test(at)) {
            return;
          }
          if (++compared == MAX_COMPARED) {
            return;
          }
        }
      }
    }
  }

  /** Whether no earlier part finds it too. */
  private static boolean isFirst(long bits, int part) {
    for (int earlier = 0; earlier < part; earlier++) {
      if (Integer.bitCount(part(bits, earlier)) <= PART_DISTANCE) {
        return false;
      }
    }
    return true;
  }

  private static int part(long hash, int part) {
    return (int) (hash >>> (part * PART_BITS)) & 0xffff;
  }

  private static int[] differences() {
    return java.util.stream.IntStream.range(0, 1 << PART_BITS)
        .filter(bits -> Integer.bitCount(bits) <= PART_DISTANCE)
        .boxed()
        .sorted(java.util.Comparator.comparing(Integer::bitCount))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
