package dev.graft.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A connection that sends one request after another. It belongs to the thread of its load. */
final class Connection {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ResponseReader response = new ResponseReader();
  private ByteBuffer request = NOTHING;
  private boolean waits;
  private long due;

  private Connection(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  static Connection open(InetSocketAddress server, Selector selector) throws IOException {
    return new Connection(SocketChannel.open(server), selector);
  }

  /**
   * Begins to send a request.
   *
   * @param whole the bytes, shared and not changed
   * @param dueNanos when it should have been sent
   */
  void send(ByteBuffer whole, long dueNanos) throws IOException {
    request = whole.duplicate();
    due = dueNanos;
    waits = true;
    response.clear();
    write();
  }

  /** Sends what the socket takes. */
  void write() throws IOException {
    channel.write(request);
    int reading = SelectionKey.OP_READ;
    key.interestOps(request.hasRemaining() ? reading | SelectionKey.OP_WRITE : reading);
  }

  /** Reads what is there; tells whether the response is whole. */
  boolean read(ByteBuffer buffer) throws IOException {
    buffer.clear();
    if (channel.read(buffer) < 0) {
      throw new IOException("The server closed the connection.");
    }
    if (!waits && buffer.position() > 0) {
      throw new IOException("The server sent what nobody asked for.");
    }
    return response.accept(buffer.flip());
  }

  /** The response, after which another request can be sent, unless the connection is closed. */
  Answer answer(long start) {
    waits = false;
    long now = System.nanoTime();
    return response.answer(now - due, now - start);
  }

  Answer broken(long start) {
    long now = System.nanoTime();
    return new Answer(Answer.BROKEN, "", new byte[0], now - due, now - start);
  }

  /** Whether a request has no answer yet. */
  boolean waits() {
    return waits;
  }

  /** Whether another request can be sent: the server may answer before it has read all. */
  boolean isReusable() {
    return !request.hasRemaining() && !response.isLast();
  }

  void close() throws IOException {
    key.cancel();
    channel.close();
  }
}
