package dev.graft.serve;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** The page at {@code /}, and {@code /openapi.json}: files beside this class. */
final class Page {
  /** The page's own files, and from elsewhere nothing. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> FILES =
      Map.of(
          "/", "page/index.html",
          "/page.css", "page/page.css",
          "/page.js", "page/page.js",
          "/card.js", "page/card.js",
          "/api.js", "page/api.js",
          "/words.js", "page/words.js",
          "/openapi.json", "openapi.json");

  private Page() {}

  /** The paths of the files, which hold no secret. */
  static Set<String> paths() {
    return FILES.keySet();
  }

  static void addTo(RoutesConfig routes) {
    FILES.forEach(
        (path, file) -> {
          Reply reply = Reply.of(type(file), read(file));
          routes.get(path, context -> send(context, reply));
        });
  }

  private static String type(String file) {
    return switch (file.substring(file.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".js" -> "text/javascript; charset=utf-8";
      default -> "application/json";
    };
  }

  private static void send(Context context, Reply reply) {
    context.header("Content-Security-Policy", POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cache-Control", "no-cache");
    Intake.send(context, reply);
  }

  private static byte[] read(String file) {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing in graft's jar.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
