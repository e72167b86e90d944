package dev.graft.serve;

import static dev.graft.serve.HttpCalls.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a browser, or somebody who writes requests by hand, may do. */
@Timeout(60)
class GateNativeTest {
  @TempDir private static Path folder;
  private static Path model;
  private static ModelServer server;
  private static ModelServer guarded;

  @BeforeAll
  static void start() {
    model = TinyModels.save(folder.resolve("model.pt"), 3, "blue", "green", "red");
    server = start(ServerConfig.defaults());
    guarded = start(ServerConfig.defaults().withSecurity("secret-token", null));
  }

  private static ModelServer start(ServerConfig config) {
    var served = ServedModel.load("tiny", model, PredictorConfig.defaults());
    return ModelServer.start(List.of(served), config.on("127.0.0.1", 0));
  }

  @AfterAll
  static void stop() {
    server.close();
    guarded.close();
  }

  /**
   * A request as it is, since clients in Java choose some headers themselves; all of the answer.
   */
  private static String send(ModelServer to, String request) throws IOException {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), to.port())) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void pagesOfOthersMayNotUseIt() {
    var calls = new HttpCalls(server);
    String load = "/v2/repository/models/tiny/load";
    for (String[] page :
        new String[][] {
          {"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:1"},
          {"Origin", "http://evil.example"},
          {"Origin", "null"},
        }) {
      var answer = calls.post(load, new byte[0], page);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(error(answer)).contains("pages of others");
    }
    var own = calls.post(load, new byte[0], "Sec-Fetch-Site", "same-origin");
    assertThat(own.statusCode()).isEqualTo(200);
    assertThat(calls.post(load, new byte[0]).statusCode()).isEqualTo(200);
  }

  @Test
  void namesThatLeadToThisMachineOpenNothing() throws IOException {
    String get = "GET /models HTTP/1.1\r\nConnection: close\r\nHost: ";
    assertThat(send(server, get + "evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ")
        .contains("called localhost")
        .doesNotContain("blue");
    assertThat(send(server, get + "localhost:8080\r\n\r\n")).contains("blue");
    String health = "GET /v2/health/ready HTTP/1.0\r\n\r\n";
    assertThat(send(server, health)).contains("200 OK");
  }

  @ParameterizedTest
  @CsvSource({
    "/models",
    "//models",
    "/models/",
    "/%6dodels",
    "/v2/../models",
    "/v2/health/live/../../models",
    "/v2/health/live;x=/../models",
    "/page.js;x",
    "/./models",
    "/metrics?/page.js",
    "/models#/page.js",
    "http://localhost/models",
    "/v2/health/live%2f..%2f..%2fmodels",
    "/MODELS",
    "\\models",
    "*",
  })
  void noPathLeadsAroundTheToken(String path) throws IOException {
    for (String more :
        List.of("", "X-HTTP-Method-Override: GET\r\n", "X-Original-URL: /models\r\n")) {
      String answer =
          send(
              guarded,
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  + more
                  + "\r\n");
      assertThat(answer).as(path).matches("(?s)HTTP/1.1 40[014] .*").doesNotContain("blue", "jvm_");
    }
  }

  @Test
  void answersAreNotSplit() throws IOException {
    String answer =
        send(
            server,
            """
            GET /models?x=%0d%0aSet-Cookie:a HTTP/1.1\r
            Host: localhost\r
            Connection: close\r
            X-Request-Id: a%0d%0aSet-Cookie: b\r
            \r
            """);
    assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("Set-Cookie", "Server:", "Jetty");
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 3\\r\\nTransfer-Encoding: chunked, 0\\r\\n\\r\\n",
    "Content-Length: 3\\r\\nContent-Length: 5, abcde",
    "Content-Length: 3x, abc",
    "Content-Length: -1, abc",
    "Transfer-Encoding: gzip, abc",
    "Transfer-Encoding: chunked\\r\\nTransfer-Encoding: identity, 0\\r\\n\\r\\n",
  })
  void requestsThatProxiesReadOtherwiseAreRefused(String headers, String body) throws IOException {
    String smuggled = "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String answer =
        send(
            server,
            "POST /predict HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n%s"
                    .formatted(headers, body)
                    .replace("\\r\\n", "\r\n")
                + smuggled);
    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("blue", "at org.eclipse");
  }
}
