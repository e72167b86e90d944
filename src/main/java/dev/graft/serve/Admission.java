package dev.graft.serve;

/**
 * Decides whether a request's body may be read: so many requests and so many bytes are held at
 * once, and more are refused before anything of them is kept.
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
    private final long held;
    private boolean released;

    private Permit(long held) {
      this.held = held;
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        if (!released) {
          released = true;
          requests--;
          bytes -= held;
        }
      }
    }
  }

  /** Lets a request in whose body has so many bytes, unless there is too much at once already. */
  synchronized Permit enter(long size) {
    if (requests >= maxRequests) {
      throw new Problem(
          Problem.UNAVAILABLE, "The server is busy with " + requests + " requests. Try again.");
    }
    if (bytes + size > maxBytes) {
      throw new Problem(
          Problem.UNAVAILABLE,
          "The server holds " + (bytes >> 20) + " MiB of requests already. Try again.");
    }
    requests++;
    bytes += size;
    return new Permit(size);
  }

  /** Requests that are in progress. */
  synchronized int requests() {
    return requests;
  }
}
