package dev.graft.cli;

import dev.graft.console.Progress;
import dev.graft.console.StatusLine;
import dev.graft.train.TrainingListener;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether a person is watching, and keeps the line on which they see what is going on. Java
 * alone cannot tell whether stderr is a terminal, how wide it is and what it can show; {@code
 * scripts/graft} does, in system properties.
 */
final class Terminal {
  private static final int USUAL_COLUMNS = 80;

  private static @Nullable StatusLine line;

  private Terminal() {}

  /** From now on, what is printed to stderr keeps clear of the status line. */
  static void attach() {
    if (Boolean.getBoolean("graft.tty") && line == null) {
      line = new StatusLine(System.err, columns(), unicode());
      System.setErr(line.above(charset()));
    }
  }

  /** The line on which progress is shown; empty if nobody is watching. */
  static Optional<StatusLine> statusLine() {
    return Optional.ofNullable(line);
  }

  /** Adds a progress bar to what is printed, if a person is watching. */
  static TrainingListener withProgress(TrainingListener lines) {
    return statusLine().map(line -> TrainingListener.all(new Progress(line), lines)).orElse(lines);
  }

  /** Leaves the terminal as it was. */
  static void clear() {
    statusLine().ifPresent(StatusLine::clear);
  }

  private static int columns() {
    int columns = Integer.getInteger("graft.tty.columns", USUAL_COLUMNS);
    return columns < 2 ? USUAL_COLUMNS : columns;
  }

  private static boolean unicode() {
    return "UTF-8".equals(System.getProperty("graft.tty.charset"))
        && charset().equals(StandardCharsets.UTF_8);
  }

  /** What System.err encodes in, which Java 17 does not tell otherwise. */
  private static Charset charset() {
    String name = System.getProperty("stderr.encoding", System.getProperty("sun.stderr.encoding"));
    return name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }
}
