package dev.graft.torch;

/**
 * Makes text from outside safe to show: on one line, without control characters, so that a file's
 * name or a key in it can neither move the cursor of a terminal nor fill its screen.
 */
public final class Printable {
  private static final int MAX_CHARS = 120;

  private Printable() {}

  /**
   * Makes a name or another short text printable.
   *
   * @param text any text
   * @return the text with a question mark for each control, format or line separating character,
   *     unpaired surrogate and unassigned code; only the first 120 characters, with an ellipsis, if
   *     there are more
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(MAX_CHARS).map(Printable::visible).forEach(shown::appendCodePoint);
    return text.codePointCount(0, Math.min(text.length(), 2 * MAX_CHARS + 2)) > MAX_CHARS
        ? shown + "…"
        : shown.toString();
  }

  /**
   * Makes a whole message printable, whatever its length: each line of it as {@link #of} does.
   *
   * @param text any text
   * @return the text with its line feeds and question marks for what would not print
   */
  public static String message(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().map(c -> c == '\n' ? c : visible(c)).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /**
   * Tells whether a name should be refused rather than made printable, because other programs will
   * read it.
   *
   * @param text any text
   * @return true if a control character is in it
   */
  public static boolean holdsControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  /**
   * Tells whether a character prints as itself, and does no more than that to what is around it.
   *
   * @param c a code point
   * @return false for what {@link #of} replaces
   */
  public static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static int visible(int c) {
    return isVisible(c) ? c : '?';
  }
}
