package dev.graft.weights;

/** Makes text from a file safe to show: short, on one line, without control characters. */
public final class Printable {
  private static final int MAX_CHARS = 120;

  private Printable() {}

  /**
   * Makes text fit to print.
   *
   * @param text from a file, of any length and content
   * @return at most 120 characters, each control or invisible one replaced by {@code ?}
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARS)
        .map(c -> Character.isISOControl(c) || isInvisible(c) ? '?' : c)
        .forEach(shown::appendCodePoint);
    return text.length() > MAX_CHARS ? shown + "…" : shown.toString();
  }

  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
