package dev.graft.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpLoadTest {
  private static final int LARGE = 3_000_000;

  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger busiest = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Tells the size of what was sent; takes 20 ms for /slow, and refuses /refused. */
  private void answer(HttpExchange exchange) throws IOException {
    busiest.accumulateAndGet(busy.incrementAndGet(), Math::max);
    String path = exchange.getRequestURI().getPath();
    int size = exchange.getRequestBody().readAllBytes().length;
    if (path.equals("/slow")) {
      sleep(20);
    }
    busy.decrementAndGet();
    if (path.equals("/broken")) {
      exchange.close();
      return;
    }
    byte[] body = Integer.toString(size).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(path.equals("/refused") ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ByteBuffer post(String path, int size) {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n".formatted(path, size);
    ByteBuffer whole = ByteBuffer.allocateDirect(head.length() + size);
    whole.put(head.getBytes(StandardCharsets.US_ASCII));
    return whole.clear();
  }

  private HttpLoad load() {
    return new HttpLoad(server.getAddress());
  }

  @Test
  void aClosedLoopKeepsSoManyConnectionsBusyAndGetsEveryAnswer() {
    try (HttpLoad load = load()) {
      List<Answer> answers =
          load.closedLoop(List.of(post("/slow", 5), post("/slow", LARGE)), 30, 3);

      assertThat(answers).hasSize(30).allMatch(answer -> answer.status() == 200);
      assertThat(
              answers.stream()
                  .map(answer -> new String(answer.body(), StandardCharsets.UTF_8))
                  .distinct())
          .containsExactlyInAnyOrder("5", Integer.toString(LARGE));
      assertThat(answers).allMatch(answer -> answer.millis() >= 20);
      assertThat(busiest.get()).isBetween(2, 3);
    }
  }

  @Test
  void anOpenLoopDoesNotWaitForAnswers() {
    try (HttpLoad load = load()) {
      List<Answer> answers = load.openLoop(List.of(post("/slow", 1)), 500, 0.2, 100);

      assertThat(answers).hasSize(100);
      assertThat(busiest.get()).isGreaterThan(3); // 500 a second for 20 ms are 10
      assertThat(answers.get(99).finished()).isGreaterThan(0.2);
    }
  }

  @Test
  void connectionsThatAreOpenFromBeforeAreNotAllUsed() {
    try (HttpLoad load = load()) {
      load.openLoop(List.of(post("/slow", 1)), 500, 0.1, 100);
      assertThat(busiest.getAndSet(0)).isGreaterThan(3);
      load.closedLoop(List.of(post("/slow", 1)), 20, 2);

      assertThat(busiest.get()).isBetween(1, 2);
    }
  }

  @Test
  void lateRequestsCountFromWhenTheyWereDue() {
    try (HttpLoad load = load()) {
      List<Answer> answers = load.openLoop(List.of(post("/slow", 1)), 500, 0.1, 1);

      assertThat(answers.get(49).millis()).isGreaterThan(50 * 20 - 100);
    }
  }

  @Test
  void tellsRefusedFromBroken() {
    try (HttpLoad load = load()) {
      var requests = List.of(post("/refused", 1), post("/broken", 1), post("/", 1));
      List<Answer> answers = load.closedLoop(requests, 9, 1);

      assertThat(answers.stream().map(Answer::status))
          .containsExactly(503, 0, 200, 503, 0, 200, 503, 0, 200);
    }
  }
}
