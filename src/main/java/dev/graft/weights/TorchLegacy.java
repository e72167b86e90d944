package dev.graft.weights;

import java.io.IOException;
import java.nio.file.Path;

final class TorchLegacy {
  private TorchLegacy() {}

  @SuppressWarnings("DoNotCallSuggester")
  static StoredStateDict read(Path file) throws IOException {
    throw new IOException("TODO " + file);
  }
}
