package dev.graft.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What came back for a request, and when. */
public final class Answer {
  /** The status of a request whose connection broke before it was answered. */
  public static final int BROKEN = 0;

  private final int status;
  private final String head;
  private final byte[] body;
  private final long nanos;
  private final long finished;

  Answer(int status, String head, byte[] body, long nanos, long finished) {
    this.status = status;
    this.head = head;
    this.body = body;
    this.nanos = nanos;
    this.finished = finished;
  }

  /**
   * Returns the HTTP status.
   *
   * @return such as 200, or {@link #BROKEN}
   */
  public int status() {
    return status;
  }

  /**
   * Returns the body.
   *
   * @return itself, not a copy
   */
  public byte[] body() {
    return body;
  }

  /**
   * Tells how long it took.
   *
   * @return milliseconds from when the request was due until all of the answer was there
   */
  public double millis() {
    return nanos / 1e6;
  }

  /**
   * Tells when all of it was there.
   *
   * @return seconds after the beginning of the load
   */
  public double finished() {
    return finished / 1e9;
  }

  /**
   * Looks for a header.
   *
   * @param name in any case
   * @return its value, or an empty text
   */
  public String header(String name) {
    return header(head, name);
  }

  static String header(String head, String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).trim())
        .findFirst()
        .orElse("");
  }

  @Override
  public String toString() {
    return status + " " + new String(body, StandardCharsets.UTF_8);
  }
}
