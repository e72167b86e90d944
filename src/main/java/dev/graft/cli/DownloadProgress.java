package dev.graft.cli;

import dev.graft.console.StatusLine;
import dev.graft.weights.HubCache;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a download: a bar that redraws itself on a terminal, a line now and then elsewhere. */
final class DownloadProgress implements HubCache.Progress {
  private static final int BAR = 24;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 5_000_000_000L;
  private static final double MEBI = 1 << 20;

  private final String name;
  private final PrintStream err;
  private final @Nullable StatusLine terminal;
  private boolean started;
  private long shownNanos;

  /**
   * Makes a display.
   *
   * @param terminal null if nobody is watching
   */
  DownloadProgress(String name, PrintStream err, @Nullable StatusLine terminal) {
    this.name = name;
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void on(long bytes, long total) {
    long now = System.nanoTime();
    boolean due = now - shownNanos >= (terminal != null ? REDRAW_NANOS : LINE_NANOS);
    if (!started || due || bytes == total) {
      started = true;
      shownNanos = now;
      if (terminal != null) {
        String bar = total > 0 ? " " + terminal.bar(BAR, (double) bytes / total) : "";
        terminal.show(line(name, bar, bytes, total));
      } else {
        err.println(line(name, "", bytes, total));
        err.flush();
      }
    }
  }

  @Override
  public void waiting(Path file) {
    err.println("Another process downloads " + file.getFileName() + "; waiting for it");
  }

  static String line(String name, String bar, long bytes, long total) {
    if (total <= 0) {
      return String.format(Locale.ROOT, "Downloading %s: %.1f MiB", name, bytes / MEBI);
    }
    return String.format(
        Locale.ROOT,
        "Downloading %s:%s %.1f of %.1f MiB (%d %%)",
        name,
        bar,
        bytes / MEBI,
        total / MEBI,
        100 * bytes / total);
  }

  /** Removes the bar, so that what comes next begins a line. */
  void clear() {
    if (terminal != null) {
      terminal.clear();
    }
  }
}
