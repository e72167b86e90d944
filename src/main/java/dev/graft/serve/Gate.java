package dev.graft.serve;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request a name, and lets in who knows the token. Where there is none, keeps out the
 * web pages of others that run in the browser of someone who reaches the server.
 */
final class Gate {
  static final String REQUEST_ID = "X-Request-Id";

  private static final Pattern GOOD_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String SCHEME = "Bearer ";
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|[a-z0-9.-]+\\.localhost|127(\\.[0-9]+){3}|\\[::1\\])(:[0-9]*)?");

  /** What an orchestrator asks without a token; and the page without its answers is no secret. */
  private static final Set<String> HEALTH = Set.of("/v2/health/live", "/v2/health/ready");

  private final byte @Nullable [] token;
  private final boolean isLoopback;

  /**
   * Makes a gate.
   *
   * @param isLoopback whether only this machine reaches the server
   */
  Gate(@Nullable String token, boolean isLoopback) {
    this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    this.isLoopback = isLoopback;
  }

  /** Runs before every request. */
  void check(Context context) {
    String id = context.header(REQUEST_ID);
    boolean usable = id != null && GOOD_ID.matcher(id).matches();
    context.header(REQUEST_ID, usable ? id : UUID.randomUUID().toString());
    boolean health = HEALTH.contains(context.path());
    boolean open = health || Page.paths().contains(context.path());
    if (token != null && !open && !knows(context.header("Authorization"), token)) {
      throw new Problem(
          Problem.UNAUTHORIZED, "Send the server's token: Authorization: Bearer TOKEN.");
    } else if (token == null && !health) {
      requireOwnPage(context);
    }
  }

  private void requireOwnPage(Context context) {
    String host = String.valueOf(context.header("Host"));
    if (isLoopback && !isOfThisMachine(host)) {
      throw new Problem(
          Problem.FORBIDDEN,
          "This server is this machine's alone, and called localhost. A proxy must call it so, too,"
              + " or the server have a token.");
    }
    boolean changes = !SAFE.contains(context.req().getMethod());
    if (changes && !isOwnPage(context.header("Sec-Fetch-Site"), context.header("Origin"), host)) {
      throw new Problem(
          Problem.FORBIDDEN, "Web pages of others may not use a server that has no token.");
    }
  }

  /** A name of others that leads here is how their pages get around a browser's rules. */
  static boolean isOfThisMachine(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /** Whether a request comes from the server's own page, or from no page at all. */
  static boolean isOwnPage(@Nullable String site, @Nullable String origin, String host) {
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    return origin == null || origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
  }

  /** Compares in a time that does not tell how much of the token is right. */
  static boolean knows(@Nullable String authorization, byte[] token) {
    return authorization != null
        && authorization.startsWith(SCHEME)
        && MessageDigest.isEqual(
            token, authorization.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8));
  }
}
