package dev.graft.serve;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page at {@code /}, and {@code /openapi.json}: files beside this class. */
final class Page {
  /** The page's own files, and from elsewhere nothing. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Page() {}

  static void addTo(RoutesConfig routes) {
    add(routes, "/", "page/index.html", "text/html; charset=utf-8");
    add(routes, "/page.css", "page/page.css", "text/css; charset=utf-8");
    add(routes, "/page.js", "page/page.js", "text/javascript; charset=utf-8");
    add(routes, "/openapi.json", "openapi.json", "application/json");
  }

  private static void add(RoutesConfig routes, String path, String file, String type) {
    Reply reply = Reply.of(type, read(file));
    routes.get(path, context -> send(context, reply));
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
