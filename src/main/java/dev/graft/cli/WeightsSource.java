package dev.graft.cli;

import dev.graft.model.Architecture;
import dev.graft.model.Pretrained;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Finds what a command was told to start from. */
final class WeightsSource {
  private WeightsSource() {}

  /** A file, or an official name, whose download is shown on stderr and ends when asked to. */
  static Pretrained find(String spec, @Nullable String arch, BooleanSupplier stop) {
    Architecture architecture = arch == null ? null : Architecture.of(arch);
    var progress = new DownloadProgress(spec, System.err, Terminal.statusLine().orElse(null));
    try {
      return Pretrained.find(spec, architecture, progress, stop);
    } finally {
      progress.clear();
    }
  }
}
