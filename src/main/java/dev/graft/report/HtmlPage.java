package dev.graft.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A page that needs nothing but itself: no script, no network, light and dark, for print too. */
final class HtmlPage {
  /** Pictures are in the page; styles are, too; nothing else is loaded or run. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
          + " form-action 'none'";

  private static final String RELOAD_SECONDS = "20";

  private HtmlPage() {}

  /** What is on a page. */
  interface Body {
    void write(Markup page) throws IOException;
  }

  /**
   * Writes a page.
   *
   * @param title of the browser's tab
   * @param reloads whether an open page loads itself again after a while
   * @param body writes all that is to be seen
   */
  static String of(String title, boolean reloads, Body body) throws IOException {
    var page = new Markup();
    page.open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty("meta", "name", "referrer", "content", "no-referrer");
    if (reloads) {
      page.empty("meta", "http-equiv", "refresh", "content", RELOAD_SECONDS);
    }
    page.element("title", title).style(css()).close();
    page.open("body");
    body.write(page);
    page.close().close();
    return "<!DOCTYPE html>\n" + page + "\n";
  }

  private static String css() throws IOException {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing in graft's jar.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
