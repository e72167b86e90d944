package dev.graft.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ModelServer} listens, and what it accepts. Start from {@link #defaults()}.
 *
 * @param host the address to listen on; 0.0.0.0 is all of them
 * @param port to listen on; 0 is any that is free
 * @param maxBody bytes that a request's body may have
 * @param maxRequests that may be in progress, before the server answers 503 to more
 * @param token what a client has to send as {@code Authorization: Bearer TOKEN}, or null
 * @param tls the server's identity, or null for plain HTTP
 * @param grace how long requests in progress may take when the server is closed
 * @param accessLog gets a line of JSON for each request, in the thread that served it
 */
public record ServerConfig(
    String host,
    int port,
    int maxBody,
    int maxRequests,
    @Nullable String token,
    @Nullable Tls tls,
    Duration grace,
    Consumer<String> accessLog) {
  private static final int MEBIBYTE = 1 << 20;
  private static final int SHORTEST_TOKEN = 8;

  /**
   * Files that say who the server is.
   *
   * @param certificate PEM, the server's certificate first, then those that lead to its authority
   * @param key PEM, the private key, not encrypted
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * Checks the values.
   *
   * @param host not blank
   * @param port 0 to 65535
   * @param maxBody at least 1
   * @param maxRequests at least 1
   * @param token at least 8 printable ASCII characters without spaces, or null
   * @param tls files, read when the server starts, or null
   * @param grace not negative
   * @param accessLog must not throw
   */
  public ServerConfig {
    if (host.isBlank()) {
      throw new IllegalArgumentException("The host is blank; 127.0.0.1 is this machine alone.");
    }
    require("port", port, 0, 65_535);
    require("maxBody", maxBody, 1, Integer.MAX_VALUE - 64);
    require("maxRequests", maxRequests, 1, Integer.MAX_VALUE);
    if (token != null && !token.matches("[!-~]{" + SHORTEST_TOKEN + ",}")) {
      throw new IllegalArgumentException(
          "The token must have at least "
              + SHORTEST_TOKEN
              + " characters, printable ASCII without spaces.");
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace is " + grace + "; it must not be negative.");
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between " + least + " and " + most + ".");
    }
  }

  /**
   * This machine alone, port 8080, bodies of up to 32 MiB, 512 requests, no token, plain HTTP, 20
   * seconds of grace, no access log.
   *
   * @return a configuration to change with the methods below
   */
  public static ServerConfig defaults() {
    return new ServerConfig(
        "127.0.0.1", 8080, 32 * MEBIBYTE, 512, null, null, Duration.ofSeconds(20), line -> {});
  }

  /**
   * Changes where to listen.
   *
   * @param newHost the address
   * @param newPort the port, 0 for any that is free
   * @return the changed copy
   */
  public ServerConfig on(String newHost, int newPort) {
    return new ServerConfig(newHost, newPort, maxBody, maxRequests, token, tls, grace, accessLog);
  }

  /**
   * Changes what is accepted.
   *
   * @param bytes of a request's body at most
   * @param requests in progress at most
   * @return the changed copy
   */
  public ServerConfig withLimits(int bytes, int requests) {
    return new ServerConfig(host, port, bytes, requests, token, tls, grace, accessLog);
  }

  /**
   * Changes who is let in, and how they know the server.
   *
   * @param newToken what clients have to send, or null
   * @param newTls the server's identity, or null for plain HTTP
   * @return the changed copy
   */
  public ServerConfig withSecurity(@Nullable String newToken, @Nullable Tls newTls) {
    return new ServerConfig(host, port, maxBody, maxRequests, newToken, newTls, grace, accessLog);
  }

  /**
   * Changes how long requests in progress may take when the server is closed.
   *
   * @param newGrace not negative
   * @return the changed copy
   */
  public ServerConfig withGrace(Duration newGrace) {
    return new ServerConfig(host, port, maxBody, maxRequests, token, tls, newGrace, accessLog);
  }

  /**
   * Changes where the access log goes.
   *
   * @param log gets a line of JSON for each request
   * @return the changed copy
   */
  public ServerConfig withAccessLog(Consumer<String> log) {
    return new ServerConfig(host, port, maxBody, maxRequests, token, tls, grace, log);
  }

  /**
   * Tells whether only this machine can reach the server.
   *
   * @return whether the host is an address or a name of the loopback interface
   */
  public boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
