package dev.graft.serve;

/**
 * Decides how much is held at once: so many requests that are answered, and so many bytes of
 * bodies, those that are still read among them. What is more is refused. Bytes count when they
 * come, not when a client says that they will, and a request counts once its body is there: a
 * client that sends slowly, or nothing, keeps no other out.
 */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private int requests;
  private long bytes;

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** What a request holds until it is answered. Released once, however often it is closed. */
  final class Permit implements AutoCloseable {
    private long held;
    private boolean begun;
    private boolean closed;

    private Permit() {}

    /**
     * Lets the request hold so many bytes instead of those before. One alone may hold as much as it
     * needs.
     */
    void hold(long size) {
      synchronized (Admission.this) {
        long others = bytes - held;
        if (others > 0 && size > maxBytes - others) {
          throw new Problem(
              Problem.UNAVAILABLE,
              "The server holds " + (bytes >> 20) + " MiB of requests already. Try again.");
        }
        if (!closed) {
          bytes = others + size;
          held = size;
        }
      }
    }

    /** Counts the request, whose body is there. */
    void begin() {
      synchronized (Admission.this) {
        requireRoom();
        if (!begun && !closed) {
          begun = true;
          requests++;
        }
      }
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        if (!closed) {
          closed = true;
          bytes -= held;
          requests -= begun ? 1 : 0;
        }
      }
    }
  }

  /** Lets a request begin to send its body, unless there are too many at once already. */
  synchronized Permit enter() {
    requireRoom();
    return new Permit();
  }

  private void requireRoom() {
    if (requests >= maxRequests) {
      throw new Problem(
          Problem.UNAVAILABLE, "The server is busy with " + requests + " requests. Try again.");
    }
  }

  /** Requests that are in progress. */
  synchronized int requests() {
    return requests;
  }

  /** Bytes that are held. */
  synchronized long bytes() {
    return bytes;
  }
}
