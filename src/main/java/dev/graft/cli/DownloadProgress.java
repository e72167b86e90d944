package dev.graft.cli;

import dev.graft.weights.HubCache;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Shows a download: a bar that redraws itself on a terminal, a line now and then elsewhere. */
final class DownloadProgress implements HubCache.Progress {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final double MEBI = 1 << 20;
  private static final String CLEAR = "\r\u001b[K";

  private final String name;
  private final PrintStream err;
  private final boolean terminal;
  private boolean started;
  private long shownNanos;

  DownloadProgress(String name, PrintStream err, boolean terminal) {
    this.name = name;
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void on(long bytes, long total) {
    long now = System.nanoTime();
    boolean due = now - shownNanos >= (terminal ? REDRAW_NANOS : LINE_NANOS);
    if (!started || due || bytes == total) {
      started = true;
      shownNanos = now;
      String line = line(name, bytes, total, terminal);
      err.print(terminal ? CLEAR + line : line + System.lineSeparator());
      err.flush();
    }
  }

  @Override
  public void waiting(Path file) {
    err.println("Another process downloads " + file.getFileName() + "; waiting for it");
  }

  static String line(String name, long bytes, long total, boolean bar) {
    if (total <= 0) {
      return String.format(Locale.ROOT, "Downloading %s: %.1f MiB", name, bytes / MEBI);
    }
    int filled = (int) (WIDTH * bytes / total);
    String drawn = bar ? " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]" : "";
    return String.format(
        Locale.ROOT,
        "Downloading %s:%s %.1f of %.1f MiB (%d %%)",
        name,
        drawn,
        bytes / MEBI,
        total / MEBI,
        100 * bytes / total);
  }

  /** Removes the bar, so that what comes next begins a line. */
  void clear() {
    if (terminal && started) {
      err.print(CLEAR);
      err.flush();
    }
  }
}
