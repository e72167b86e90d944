package dev.graft.explain;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A value of a network that has channels at each position of a square grid over the image, and how
 * it lies in memory, row-major: channel {@code c} at position {@code p} is the number {@code first
 * + c * channelStep + p * positionStep}.
 *
 * @param value its number in the network's {@link dev.graft.torch.ForwardGraph}
 * @param side rows and columns of the grid, at least 2
 * @param channels at least 1
 * @param first the number of values before those of the grid
 * @param channelStep from one channel to the next
 * @param positionStep from one position to the next
 */
record FeatureMap(int value, int side, int channels, int first, int channelStep, int positionStep) {
  /** Tokens in front of the grid's: the class, a distillation's, registers. */
  private static final int MOST_EXTRA_TOKENS = 8;

  /**
   * Reads a shape as [1, C, S, S] or, as some networks compute, [1, S, S, C].
   *
   * @param plausible tells of S whether a map can be that large
   * @return the map, or null if it is none
   */
  static @Nullable FeatureMap ofGrid(int value, long[] shape, IntPredicate plausible) {
    if (shape.length != 4 || shape[0] != 1) {
      return null;
    }
    boolean channelsFirst = shape[2] == shape[3];
    boolean channelsLast = shape[1] == shape[2];
    int side = (int) shape[2];
    if (!(channelsFirst || channelsLast) || side < 2 || !plausible.test(side)) {
      return null;
    }
    int channels = (int) (channelsFirst ? shape[1] : shape[3]);
    return channelsFirst
        ? new FeatureMap(value, side, channels, 0, side * side, 1)
        : new FeatureMap(value, side, channels, 0, 1, channels);
  }

  /**
   * Reads a shape as the tokens of a vision transformer, [1, K + S * S, C], whose first K stand for
   * no position.
   *
   * @param patches the map of the patches that became tokens: C and S are as there
   * @return the map, or null if it is none
   */
  static @Nullable FeatureMap ofTokens(int value, long[] shape, FeatureMap patches) {
    if (shape.length != 3 || shape[0] != 1 || shape[2] != patches.channels) {
      return null;
    }
    long extra = shape[1] - patches.positions();
    if (extra < 0 || extra > MOST_EXTRA_TOKENS) {
      return null;
    }
    int channels = patches.channels;
    return new FeatureMap(value, patches.side, channels, (int) extra * channels, 1, channels);
  }

  int positions() {
    return side * side;
  }

  /** Where a channel's value at a position is among all values. */
  int index(int channel, int position) {
    return first + channel * channelStep + position * positionStep;
  }

  /** Whether any value of the grid differs from 0. */
  boolean isAnywhere(float[] values) {
    for (int channel = 0; channel < channels; channel++) {
      for (int position = 0; position < positions(); position++) {
        if (values[index(channel, position)] != 0) {
          return true;
        }
      }
    }
    return false;
  }
}
