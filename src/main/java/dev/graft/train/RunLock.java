package dev.graft.train;

import dev.graft.torch.LockFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps two processes from writing to one run: a run that is resumed while it is still going on
 * elsewhere would mix its files.
 */
final class RunLock implements AutoCloseable {
  private final LockFile lock;

  private RunLock(LockFile lock) {
    this.lock = lock;
  }

  /**
   * Takes the lock of a run's folder.
   *
   * @param folder must exist
   * @throws RunException if another run has it
   */
  static RunLock take(Path folder) throws IOException {
    return LockFile.tryTake(folder.resolve(".lock"))
        .map(RunLock::new)
        .orElseThrow(
            () ->
                new RunException(
                    "Another graft is writing to "
                        + folder
                        + ". Wait for it, stop it, or pass another --out."));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
