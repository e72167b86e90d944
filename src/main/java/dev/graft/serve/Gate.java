package dev.graft.serve;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives each request a name, and lets in who knows the token. */
final class Gate {
  static final String REQUEST_ID = "X-Request-Id";

  private static final Pattern GOOD_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String SCHEME = "Bearer ";

  /** What an orchestrator asks without a token; and the page without its answers is no secret. */
  private static final Set<String> HEALTH = Set.of("/v2/health/live", "/v2/health/ready");

  private final byte @Nullable [] token;

  Gate(@Nullable String token) {
    this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
  }

  /** Runs before every request. */
  void check(Context context) {
    String id = context.header(REQUEST_ID);
    boolean usable = id != null && GOOD_ID.matcher(id).matches();
    context.header(REQUEST_ID, usable ? id : UUID.randomUUID().toString());
    boolean open = HEALTH.contains(context.path()) || Page.paths().contains(context.path());
    if (token != null && !open && !knows(context, token)) {
      throw new Problem(
          Problem.UNAUTHORIZED, "Send the server's token: Authorization: Bearer TOKEN.");
    }
  }

  /** Compares in a time that does not tell how much of the token is right. */
  private static boolean knows(Context context, byte[] token) {
    String sent = context.header("Authorization");
    return sent != null
        && sent.startsWith(SCHEME)
        && MessageDigest.isEqual(
            token, sent.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8));
  }
}
