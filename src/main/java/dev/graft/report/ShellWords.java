package dev.graft.report;

import dev.graft.torch.Printable;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Words as a POSIX shell reads them. */
final class ShellWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWords() {}

  /** Quotes a word where that is needed; what would not print is written as bytes. */
  static String quote(String word) {
    if (PLAIN.matcher(word).matches()) {
      return word;
    } else if (word.codePoints().allMatch(Printable::isVisible)) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
    var quoted = new StringBuilder("$'");
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\'' || b == '\\') {
        quoted.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7f) {
        quoted.append((char) b);
      } else {
        // Three octal digits: after \x a shell would take a letter that follows for a digit.
        quoted.append(Shown.format("\\%03o", b & 0xff));
      }
    }
    return quoted.append('\'').toString();
  }
}
