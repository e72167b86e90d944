package dev.graft.report;

import dev.graft.torch.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Writes HTML and SVG that is well-formed XML too. Every text and every attribute's value is
 * escaped, so that names of files and classes cannot become markup.
 */
final class Markup {
  /** Begin a line of their own, so that the file can be read. */
  private static final Set<String> BLOCKS =
      Set.copyOf(
          List.of(
              ("head body meta style header main section h1 h2 h3 p div table tr figure svg g li"
                      + " details footer")
                  .split(" ")));

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();
  private int ids;

  /** An id that nothing else on the page has. */
  String newId() {
    return "c" + ++ids;
  }

  /** Opens an element; attributes are names and values in turns. */
  Markup open(String tag, String... attributes) {
    begin(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes an element that holds text alone. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Opens a table that scrolls where it is too wide; {@link #closeTable} closes it. */
  Markup openTable(List<String> heads, String... attributes) {
    return open("div", "class", "scroll").open("table", attributes).heads(heads);
  }

  Markup closeTable() {
    return close().close();
  }

  /** Writes a table's first row. */
  Markup heads(List<String> heads) {
    open("tr");
    heads.forEach(head -> element("th", head, "scope", "col"));
    return close();
  }

  /** Writes an element that holds nothing: a void one of HTML, or one of SVG. */
  Markup empty(String tag, String... attributes) {
    begin(tag, attributes);
    out.append("/>");
    return this;
  }

  Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Writes a style sheet, which must be graft's own and hold no character that XML reserves. */
  Markup style(String css) {
    if (css.contains("<") || css.contains("&")) {
      throw new IllegalArgumentException("The style sheet holds < or &.");
    }
    open("style");
    out.append('\n').append(css);
    return close();
  }

  private void begin(String tag, String... attributes) {
    if (BLOCKS.contains(tag)) {
      out.append('\n');
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
  }

  /** Makes text safe in an element and in an attribute. */
  static String escape(String text) {
    var safe = new StringBuilder();
    Printable.message(text)
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append((char) c);
              }
            });
    return safe.toString();
  }

  /** Everything that was written. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Not closed: " + open);
    }
    return out.toString();
  }
}
