package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.TinyWorld;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not send what they announced: more of them than the server has threads. */
@Timeout(120)
class SlowClientsNativeTest {
  private static final int CLIENTS = 200;
  private static final Duration PROMPTLY = Duration.ofSeconds(5); // on a busy machine

  @TempDir private static Path folder;
  private static Path model;
  private static byte[] image;
  private final List<Socket> clients = new ArrayList<>();

  @BeforeAll
  static void draw() throws IOException {
    model = TinyWorld.save(folder.resolve("model.pt"));
    TinyWorld.draw(folder.resolve("images"), 1, 1);
    image = Files.readAllBytes(folder.resolve("images/val/red/1.png"));
  }

  @AfterEach
  void disconnect() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  private static ModelServer start(ServerConfig config) {
    var served = ServedModel.load("tiny", model, PredictorConfig.defaults());
    return ModelServer.start(List.of(served), config.on("127.0.0.1", 0));
  }

  private Socket begin(ModelServer server, String request) throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), server.port());
    clients.add(client);
    String text = request.strip().replace("\n", "\r\n");
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // only a connection
        "POST /predict HTTP/1.1\nHost: loc",
        "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n\nhalf",
        "POST /predict HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n1\na\n1",
        "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n"
            + "Content-Type: multipart/form-data; boundary=x\n\n--x",
        "POST /nowhere HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n\nhalf",
        "POST /models HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n\nhalf",
        "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 300000000\n\nhalf",
      })
  void keepNobodyOut(String request) throws IOException {
    try (ModelServer server = start(ServerConfig.defaults().withGrace(Duration.ZERO))) {
      var calls = new HttpCalls(server);
      for (int i = 0; i < CLIENTS; i++) {
        begin(server, request);
      }
      long before = System.nanoTime();
      assertThat(calls.post("/predict", image).statusCode()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PROMPTLY);
    }
  }

  @Test
  void withoutTheTokenKeepNobodyOut() throws IOException {
    var config = ServerConfig.defaults().withSecurity("a-secret", null).withGrace(Duration.ZERO);
    try (ModelServer server = start(config)) {
      var calls = new HttpCalls(server);
      for (int i = 0; i < CLIENTS; i++) {
        begin(server, "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n\nhalf");
      }
      var answer = calls.post("/predict", image, "Authorization", "Bearer a-secret");
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void holdUpClosingForTheGraceOnly() throws IOException {
    ModelServer server = start(ServerConfig.defaults().withGrace(Duration.ofSeconds(1)));
    begin(server, "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 3000000\n\nhalf");
    while (server.bytesHeld() == 0) {
      Thread.onSpinWait();
    }
    long before = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  @Test
  void whoLeaveAreForgotten() throws Exception {
    try (ModelServer server = start(ServerConfig.defaults())) {
      Socket client =
          begin(server, "POST /predict HTTP/1.1\nHost: localhost\nContent-Length: 9000\n\nhalf");
      while (server.bytesHeld() == 0) {
        Thread.sleep(5);
      }
      client.close();
      while (server.bytesHeld() > 0) { // or the test times out
        Thread.sleep(5);
      }
      assertThat(server.inProgress()).isZero();
    }
  }
}
