package dev.graft.train;

import dev.graft.torch.IoProblem;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredStateDict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Brings all ranks to the same state. Only rank 0 needs to see the run's folder: the others get its
 * weights, and the checkpoint that it goes on from.
 */
final class SharedState {
  private static final int PIECE_BYTES = 32 << 20;

  private SharedState() {}

  /** Rank 0's weights, and its newest usable checkpoint if there is one. */
  static void begin(
      TrainingState state, Checkpoints checkpoints, TrainingListener listener, Ranks ranks) {
    ranks.broadcast(state.network.module().state().values());
    Path restored = checkpoints.restoreNewest(state, listener);
    if (ranks.size() == 1) {
      return;
    }
    try {
      if (ranks.isFirst()) {
        send(restored, ranks);
      } else {
        receive(state, ranks);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot share a checkpoint: " + IoProblem.of(e), e);
    }
  }

  private static void send(@Nullable Path file, Ranks ranks) throws IOException {
    if (file == null) {
      ranks.sum(0);
      return;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long left = channel.size();
      ranks.sum((double) left);
      while (left > 0) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(left, PIECE_BYTES));
        while (piece.hasRemaining() && channel.read(piece) >= 0) {
          // a file may be read in parts
        }
        ranks.broadcast(piece.array());
        left -= piece.capacity();
      }
    }
  }

  private static void receive(TrainingState state, Ranks ranks) throws IOException {
    long left = (long) ranks.sum(0)[0];
    if (left == 0) {
      return;
    }
    Path copy = Files.createTempFile("graft-checkpoint-", ".safetensors");
    try {
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        while (left > 0) {
          ByteBuffer piece = ByteBuffer.wrap(ranks.broadcast(new byte[0]));
          left -= piece.capacity();
          while (piece.hasRemaining()) {
            channel.write(piece);
          }
        }
      }
      try (StoredStateDict stored = StateDictFile.read(copy)) {
        Checkpoint.restore(stored, state);
      }
      state.meter = new Meter(state.epoch, Phase.TRAIN); // rank 0 has what all have counted
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
