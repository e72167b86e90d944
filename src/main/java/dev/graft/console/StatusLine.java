package dev.graft.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Objects;

/**
 * The last line of a terminal, redrawn in place and out of the way of whatever else is printed
 * there. The terminal never breaks it into two lines, and keeps no setting of it. Any thread may
 * use it.
 *
 * @see <a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">the control sequences</a>
 */
public final class StatusLine {
  private static final String CLEAR = "\r\u001b[K";
  private static final String DO_NOT_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream terminal;
  private final int columns;
  private final boolean unicode;
  private boolean shown;
  private boolean withinLine;

  /**
   * Makes a line that is not shown yet.
   *
   * @param terminal understands ANSI's control sequences
   * @param columns its width, at least 2
   * @param unicode whether it shows characters that are not ASCII
   */
  public StatusLine(PrintStream terminal, int columns, boolean unicode) {
    if (columns < 2) {
      throw new IllegalArgumentException("columns is " + columns + "; it must be at least 2.");
    }
    this.terminal = terminal;
    this.columns = columns;
    this.unicode = unicode;
  }

  /**
   * Says how long a text may be.
   *
   * @return the terminal's width less three, for the cursor and the {@code ^C} of an interruption
   */
  public int width() {
    return Math.max(1, columns - 3);
  }

  /**
   * Draws a bar.
   *
   * @param cells its width
   * @param done the share that is filled, 0 to 1
   * @return a text of that many characters
   */
  public String bar(int cells, double done) {
    int filled = Math.max(0, Math.min(cells, (int) (cells * done)));
    return unicode
        ? "█".repeat(filled) + "░".repeat(cells - filled)
        : "#".repeat(filled) + ".".repeat(cells - filled);
  }

  /**
   * Shows a text in place of the one before, unless other text on the line is unfinished.
   *
   * @param text of one line; what is wider than the terminal is cut off
   */
  public synchronized void show(String text) {
    if (withinLine) {
      return;
    }
    String fitting = text.length() > width() ? text.substring(0, width()) : text;
    terminal.print(CLEAR + DO_NOT_WRAP + fitting + WRAP);
    terminal.flush();
    shown = true;
  }

  /** Removes the text, so that what is printed next begins the line. */
  public synchronized void clear() {
    if (shown) {
      terminal.print(CLEAR);
      terminal.flush();
      shown = false;
    }
  }

  /**
   * Makes a stream for everything else that goes to the terminal: it removes the status line before
   * it prints.
   *
   * @param charset of the terminal
   * @return flushed at each line's end
   */
  public PrintStream above(Charset charset) {
    return new PrintStream(new Above(), true, charset);
  }

  private final class Above extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return;
      }
      synchronized (StatusLine.this) {
        clear();
        terminal.write(bytes, offset, length);
        withinLine = bytes[offset + length - 1] != '\n';
      }
    }

    @Override
    public void flush() {
      terminal.flush();
    }
  }
}
