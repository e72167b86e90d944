package dev.graft.torch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a store of keys and values that several processes share: c10d's {@code TCPStore}.
 * One process serves it. A call blocks its connection, so each thread should have its own.
 *
 * <p>A server that has died makes a call fail at once; one that a broken network hides can make it
 * wait for as long as the kernel tries.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/distributed.html#torch.distributed.TCPStore">
 *     torch.distributed.TCPStore</a>
 */
public final class TcpStore implements AutoCloseable {
  private @Nullable TCPStore raw;

  private TcpStore(TCPStore raw) {
    this.raw = raw;
  }

  /**
   * Connects.
   *
   * @param host name or address of the process that serves the store
   * @param port its port, 1 to 65535; where it is served also 0, for any that is free
   * @param serve whether this process serves it
   * @param timeout how long to try
   * @return the connection, owned by the caller
   * @throws TorchException if there is no answer, or if the port is taken
   */
  public static TcpStore connect(String host, int port, boolean serve, Duration timeout) {
    return Native.call(
        () -> {
          var options = new TCPStoreOptions();
          options.port((short) port);
          options.isServer(serve);
          options.waitWorkers(false);
          options.timeout(new Milliseconds(timeout.toMillis()));
          return new TcpStore(Native.keep(new TCPStore(host, options)));
        });
  }

  TCPStore raw() {
    TCPStore store = raw;
    if (store == null) {
      throw new IllegalStateException("The store is closed.");
    }
    return store;
  }

  /**
   * Sets a value.
   *
   * @param key replaced if it is there
   * @param value any text
   * @throws TorchException if the store does not answer
   */
  public void set(String key, String value) {
    Native.run(
        () -> {
          var bytes = new ByteVector(value.getBytes(StandardCharsets.UTF_8));
          raw().set(key, bytes);
        });
  }

  /**
   * Looks whether a key is there; does not wait for it.
   *
   * @param key any text
   * @return true if it was set
   * @throws TorchException if the store does not answer
   */
  public boolean has(String key) {
    return Native.call(() -> raw().check(new StringVector(key)));
  }

  /**
   * Returns a value that is there.
   *
   * @param key for which {@link #has} was true; otherwise this waits
   * @return its text
   * @throws TorchException if the store does not answer
   */
  public String get(String key) {
    return Native.call(() -> new String(raw().get(key).get(), StandardCharsets.UTF_8));
  }

  /** Closes the connection; where the store is served, its service. Harmless when done before. */
  @Override
  public void close() {
    TCPStore store = raw;
    raw = null;
    if (store != null) {
      store.close();
    }
  }
}
