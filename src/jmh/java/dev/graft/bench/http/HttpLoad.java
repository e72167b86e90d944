package dev.graft.bench.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Puts a server under load, from the calling thread. Connections stay open between loads. */
public final class HttpLoad implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int PATIENCE_MILLIS = 60_000;

  private final InetSocketAddress server;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final ArrayDeque<Connection> free = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private int open;
  private long start;

  /**
   * Makes a generator without connections.
   *
   * @param server where it listens
   */
  public HttpLoad(InetSocketAddress server) {
    this.server = server;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends requests in turns, each as soon as a connection is free.
   *
   * @param requests whole requests, sent again and again
   * @param total how many to send
   * @param connections that are busy at the same time
   * @return the answers, as they came
   */
  public List<Answer> closedLoop(List<ByteBuffer> requests, int total, int connections) {
    return run(requests, total, 0, connections);
  }

  /**
   * Sends requests in turns by the clock, whether or not others were answered; then waits for all
   * answers.
   *
   * @param requests whole requests, sent again and again
   * @param perSecond how many
   * @param seconds how long
   * @param connections that may be busy; a request that finds none is late, which its time contains
   * @return the answers, as they came
   */
  public List<Answer> openLoop(
      List<ByteBuffer> requests, double perSecond, double seconds, int connections) {
    int total = (int) Math.max(1, Math.round(perSecond * seconds));
    return run(requests, total, Math.max(1, Math.round(1e9 / perSecond)), connections);
  }

  private List<Answer> run(List<ByteBuffer> requests, int total, long interval, int connections) {
    try {
      answers.clear();
      handle(selector.selectNow()); // connections that were closed while nobody looked
      start = System.nanoTime();
      for (int sent = 0; answers.size() < total; ) {
        while (sent < total
            && start + sent * interval <= System.nanoTime()
            && open - free.size() < connections) {
          long due = interval == 0 ? System.nanoTime() : start + sent * interval;
          send(requests.get(sent++ % requests.size()), due);
        }
        boolean byTheClock = interval > 0 && sent < total;
        int ready = selector.select(byTheClock ? 1 : PATIENCE_MILLIS);
        if (ready == 0 && !byTheClock) {
          throw new IllegalStateException("The server does not answer.");
        }
        handle(ready);
      }
      return List.copyOf(answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(ByteBuffer request, long due) throws IOException {
    Connection connection = free.poll();
    if (connection == null) {
      connection = Connection.open(server, selector);
      open++;
    }
    try {
      connection.send(request, due);
    } catch (IOException e) {
      drop(connection);
    }
  }

  private void handle(int ready) throws IOException {
    if (ready == 0) {
      return;
    }
    for (SelectionKey key : selector.selectedKeys()) {
      var connection = (Connection) key.attachment();
      try {
        handle(key, connection);
      } catch (IOException e) {
        drop(connection);
      }
    }
    selector.selectedKeys().clear();
  }

  private void handle(SelectionKey key, Connection connection) throws IOException {
    if (key.isWritable()) {
      connection.write();
    }
    if (key.isReadable() && connection.read(buffer)) {
      answers.add(connection.answer(start));
      if (connection.isReusable()) {
        free.push(connection);
      } else {
        drop(connection);
      }
    }
  }

  /** A request on it counts as one that was not answered. */
  private void drop(Connection connection) throws IOException {
    if (connection.waits()) {
      answers.add(connection.broken(start));
    }
    free.remove(connection);
    open--;
    connection.close();
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : List.copyOf(selector.keys())) {
        ((Connection) key.attachment()).close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
