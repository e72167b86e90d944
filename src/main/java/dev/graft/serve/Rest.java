package dev.graft.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Reads the rest of a refused request and forgets it. A client that still sends would not see the
 * answer otherwise: the connection is closed under it.
 */
final class Rest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long MOST_BYTES = 256L << 20;

  private Rest() {}

  static void skip(Context context) {
    if (context.header("Expect") != null) {
      return; // it waits for a word before it sends
    }
    long start = System.nanoTime();
    byte[] chunk = new byte[1 << 16];
    try {
      InputStream in = context.bodyInputStream();
      long skipped = 0;
      for (int size = 0; size >= 0 && skipped < MOST_BYTES; size = in.read(chunk)) {
        skipped += size;
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          return;
        }
      }
    } catch (IOException | IllegalStateException gone) {
      return; // the client left, or all was read in another way
    }
  }
}
