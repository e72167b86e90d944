package dev.graft.serve;

import static dev.graft.serve.HttpCalls.error;
import static dev.graft.serve.HttpCalls.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.TinyWorld;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import dev.graft.predict.PredictorListener;
import dev.graft.predict.Timing;
import dev.graft.torch.Uninterruptibly;
import dev.graft.weights.FileDigest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ModelServerNativeTest {
  private static final int MAX_BODY = 1 << 20;
  private static final PredictorConfig PREDICTOR =
      PredictorConfig.defaults().withLimits(64, Duration.ofSeconds(30)).withMaxPixels(1_000_000);

  @TempDir private static Path folder;
  private static final List<String> log = new CopyOnWriteArrayList<>();
  private static Path first;
  private static Path second;
  private static byte[] image;
  private static ModelServer server;
  private static HttpCalls http;

  @BeforeAll
  static void start() throws IOException {
    first = TinyModels.save(folder.resolve("model.pt"), 3, "blue", "green", "red");
    second = TinyModels.save(folder.resolve("second.pt"), 9, "left", "right");
    TinyWorld.draw(folder.resolve("images"), 1, 1);
    image = Files.readAllBytes(folder.resolve("images/val/red/1.png"));
    server =
        ModelServer.start(
            List.of(
                ServedModel.load("colours", first, PREDICTOR),
                ServedModel.load("sides", second, PREDICTOR)),
            config().withAccessLog(log::add));
    http = new HttpCalls(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ServerConfig config() {
    return ServerConfig.defaults().on("127.0.0.1", 0).withLimits(MAX_BODY, 64);
  }

  @Test
  void predictsAsThePredictorDoes() {
    HttpResponse<byte[]> response = http.post("/predict", image);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode answer = json(response);
    assertThat(answer.path("model").asText()).isEqualTo("colours");
    assertSame(answer, first);
    assertThat(answer.path("timing").path("batch").asInt()).isEqualTo(1);
    assertThat(answer.path("timing").path("forward_ms").asDouble()).isPositive();
  }

  private static void assertSame(JsonNode answer, Path model) {
    try (Predictor predictor = Predictor.load(model, PREDICTOR)) {
      Prediction expected = predictor.predict(image, "image");
      assertThat(answer.path("version").asText()).isEqualTo(expected.version());
      assertThat(answer.path("class").asText()).isEqualTo(expected.best().label());
      assertThat(answer.path("scores")).hasSize(expected.scores().size());
      for (Prediction.Score score : expected.scores()) {
        assertThat(answer.path("scores").path(score.label()).asDouble())
            .isCloseTo(score.probability(), within(1e-6));
      }
    }
  }

  @Test
  void takesPutFormsAndTheNameOfAModel() {
    var put = http.request("/predict?top=1").PUT(BodyPublishers.ofByteArray(image)).build();
    assertThat(json(http.send(put)).path("scores")).hasSize(1);

    var answer =
        http.post("/predict?model=sides", HttpCalls.form(image), "Content-Type", HttpCalls.FORM);
    assertSame(json(answer), second);

    byte[] empty = "--x--\r\n".getBytes(StandardCharsets.UTF_8);
    var none = http.post("/predict", empty, "Content-Type", HttpCalls.FORM);
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(error(none)).isEqualTo("The form has 0 files; send one a request.");
  }

  @ParameterizedTest
  @CsvSource({
    "/predict?top=0, 400, 'top must be a number of classes, at least 1.'",
    "/predict?top=many, 400, 'top must be a number of classes, at least 1.'",
    "/predict?model=wasps, 404, 'There is no model of that name; served are [colours, sides].'",
    "/nowhere, 404, There is no such path.",
    "/models, 405, Method Not Allowed",
    "/v2/models/wasps/infer, 404, 'There is no model of that name; served are [colours, sides].'",
    "/v2/models/colours/versions/1/infer, 404, 'There is no such version of the model; it has VERSION.'",
  })
  void saysWhatIsWrongWithARequest(String path, int status, String message) {
    var response = http.post(path, image);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(error(response)).isEqualTo(message.replace("VERSION", version(first)));
  }

  private static String version(Path model) {
    return FileDigest.sha256(model).substring(0, 12);
  }

  @Test
  void refusesWhatIsNoImage() {
    assertRefused("text".getBytes(StandardCharsets.UTF_8), 415, "it is text, not an image");
    assertRefused(new byte[0], 400, "it is empty");
    assertRefused(Arrays.copyOf(image, 50), 400, "it is truncated");
    assertRefused(bomb(), 413, "100000 x 100000 pixels, more than the limit of 1000000");
    assertRefused(new byte[MAX_BODY + 1], 413, "more than " + MAX_BODY + " bytes");
    var json = http.post("/predict", image, "Content-Type", "application/json");
    assertThat(json.statusCode()).isEqualTo(415);
  }

  private static void assertRefused(byte[] body, int status, String part) {
    var response = http.post("/predict", body);
    assertThat(response.statusCode()).as(error(response)).isEqualTo(status);
    assertThat(error(response)).contains(part);
    var chunked =
        http.request("/predict")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    assertThat(http.send(chunked).statusCode()).isEqualTo(status);
  }

  /** A PNG that says it is 30 GB large, in 60 bytes. */
  private static byte[] bomb() {
    byte[] bomb = image.clone();
    for (int at : new int[] {16, 20}) {
      ByteBuffer.wrap(bomb).putInt(at, 100_000);
    }
    var crc = new CRC32();
    crc.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
    return bomb;
  }

  @Test
  void describesItsModels() {
    JsonNode model = json(http.get("/models")).path("models").path(0);

    assertThat(model.path("name").asText()).isEqualTo("colours");
    assertThat(model.path("classes").toString()).isEqualTo("[\"blue\",\"green\",\"red\"]");
    assertThat(model.path("trained").path("accuracy").asDouble()).isEqualTo(0.75);
    assertThat(model.path("trained").path("images_digest").asText()).isEqualTo("abc");
    assertThat(model.path("trained").path("date").asText()).isEqualTo("2026-01-02");
    assertThat(model.path("trained").path("config").path("lr").asDouble()).isEqualTo(0.1);
  }

  @Test
  void explainsAClass() throws IOException {
    var best = http.post("/explain", image);
    assertThat(best.statusCode()).isEqualTo(200);
    assertThat(best.headers().firstValue("Content-Type")).contains("image/png");
    var picture = ImageIO.read(new ByteArrayInputStream(best.body()));
    assertThat(picture.getWidth()).isEqualTo(TinyModels.SIDE);
    String label = json(http.post("/predict", image)).path("class").asText();
    assertThat(http.post("/explain?class=" + label, image).body()).isEqualTo(best.body());

    var unknown = http.post("/explain?class=wasps", image);
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(error(unknown)).isEqualTo("The model has no such class; it has [blue, green, red].");
    assertThat(http.post("/explain", new byte[10]).statusCode()).isEqualTo(415);
  }

  @Test
  void logsAndCountsRequests() {
    var named = http.post("/predict", image, "X-Request-Id", "my-1", "User-Agent", "a \"quote\"");
    assertThat(named.headers().firstValue("X-Request-Id")).contains("my-1");
    var odd = http.post("/predict", image, "X-Request-Id", "no spaces");
    assertThat(odd.headers().firstValue("X-Request-Id").orElseThrow()).hasSize(36);

    JsonNode line =
        log.stream()
            .map(text -> json(text.getBytes(StandardCharsets.UTF_8)))
            .filter(entry -> entry.path("id").asText().equals("my-1"))
            .findFirst()
            .orElseThrow();
    assertThat(line.path("status").asInt()).isEqualTo(200);
    assertThat(line.path("path").asText()).isEqualTo("/predict");
    assertThat(line.path("bytes_in").asInt()).isEqualTo(image.length);
    assertThat(line.path("agent").asText()).isEqualTo("a \"quote\"");
    String metrics = new String(http.get("/metrics").body(), StandardCharsets.UTF_8);
    assertThat(metrics)
        .containsPattern("graft_http_requests_seconds_count\\{.*route=\"/predict\".*\\} [1-9]")
        .containsPattern("graft_predictor_forward_seconds_count\\{model=\"colours\"\\} [1-9]")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void readsAModelAgainWithoutARestart() throws IOException {
    Path file =
        Files.copy(first, folder.resolve("changing.pt"), StandardCopyOption.REPLACE_EXISTING);
    var model = ServedModel.load("changing", file, PREDICTOR);
    try (ModelServer own = ModelServer.start(List.of(model), config())) {
      var calls = new HttpCalls(own);
      Files.copy(second, file, StandardCopyOption.REPLACE_EXISTING);
      assertSame(json(calls.post("/predict", image)), first);

      var load = calls.post("/v2/repository/models/changing/load", new byte[0]);
      assertThat(json(load).path("version").asText()).isEqualTo(version(second));
      assertSame(json(calls.post("/predict", image)), second);

      Files.writeString(file, "damaged");
      var failed = calls.post("/v2/repository/models/changing/load", new byte[0]);
      assertThat(failed.statusCode()).isEqualTo(400);
      assertThat(error(failed)).startsWith("The old model stays. ").contains(file.toString());
      assertSame(json(calls.post("/predict", image)), second);
    }
  }

  @Test
  void asksForTheToken() {
    var model = ServedModel.load("colours", first, PREDICTOR);
    try (ModelServer own =
        ModelServer.start(List.of(model), config().withSecurity("secret-token", null))) {
      var calls = new HttpCalls(own);
      var none = calls.post("/predict", image);
      assertThat(none.statusCode()).isEqualTo(401);
      assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      for (String wrong :
          List.of("secret-token", "Bearer secret", "Bearer secret-token2", "Basic x")) {
        assertThat(calls.post("/predict", image, "Authorization", wrong).statusCode())
            .isEqualTo(401);
      }
      var right = calls.post("/predict", image, "Authorization", "Bearer secret-token");
      assertThat(right.statusCode()).isEqualTo(200);
      for (String open : List.of("/", "/page.js", "/openapi.json", "/v2/health/ready")) {
        assertThat(calls.get(open).statusCode()).as(open).isEqualTo(200);
      }
      for (String closed : List.of("/models", "/metrics", "/v2", "//models", "/predict/")) {
        assertThat(calls.get(closed).statusCode()).as(closed).isEqualTo(401);
      }
    }
  }

  /** The worker goes on once a call was refused: else a fast model might answer them all. */
  @Test
  void refusesTooMuchAtOnceAndRecovers() throws Exception {
    var goOn = new CountDownLatch(1);
    var small = PREDICTOR.withWorkers(1, 1).withLimits(2, Duration.ofSeconds(30));
    var model = ServedModel.load("held", first, small, heldBy(goOn));
    try (ModelServer own = ModelServer.start(List.of(model), config().withLimits(MAX_BODY, 500))) {
      var calls = new HttpCalls(own);
      var request = calls.request("/predict").POST(BodyPublishers.ofByteArray(image)).build();
      var all =
          IntStream.range(0, 200)
              .mapToObj(i -> calls.sendAsync(request).thenApply(answer -> opening(goOn, answer)))
              .toList();
      boolean refusedAny = goOn.await(20, TimeUnit.SECONDS);
      goOn.countDown();
      assertThat(refusedAny).isTrue();
      var byStatus =
          all.stream()
              .map(CompletableFuture::join)
              .collect(Collectors.groupingBy(HttpResponse::statusCode));
      assertThat(byStatus.keySet()).containsExactlyInAnyOrder(200, 503);
      var refused = byStatus.get(503).get(0);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(error(refused)).isNotBlank();
      assertThat(calls.send(request).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<byte[]> opening(CountDownLatch latch, HttpResponse<byte[]> answer) {
    if (answer.statusCode() == 503) {
      latch.countDown();
    }
    return answer;
  }

  /** Keeps the worker when it has answered, until the latch is open. */
  private static PredictorListener heldBy(CountDownLatch latch) {
    return new PredictorListener() {
      @Override
      public void answered(Timing timing) {
        Uninterruptibly.run(latch::await);
      }
    };
  }

  @Test
  void givesUpAtTheDeadline() {
    var model = ServedModel.load("colours", first, PREDICTOR.withLimits(64, Duration.ofNanos(1)));
    try (ModelServer own = ModelServer.start(List.of(model), config())) {
      var late = new HttpCalls(own).post("/predict", image);
      assertThat(late.statusCode()).isEqualTo(504);
      assertThat(error(late)).contains("No answer within");
    }
  }

  @Test
  void cannotListenWhereSomebodyDoes() {
    try (ServedModel model = ServedModel.load("colours", first, PREDICTOR)) {
      assertThatThrownBy(
              () -> ModelServer.start(List.of(model), config().on("127.0.0.1", server.port())))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("Cannot listen on 127.0.0.1 port " + server.port());
    }
  }

  @Test
  void closingWaitsForRequestsInProgress() throws Exception {
    var goOn = new CountDownLatch(1);
    var model = ServedModel.load("held", first, PREDICTOR.withWorkers(1, 1), heldBy(goOn));
    var own = ModelServer.start(List.of(model), config());
    var calls = new HttpCalls(own);
    var request = calls.request("/predict").POST(BodyPublishers.ofByteArray(image)).build();
    var all = IntStream.range(0, 20).mapToObj(i -> calls.sendAsync(request)).toList();
    while (own.inProgress() < 19) { // one may have been answered
      Thread.sleep(5);
    }
    var closing = CompletableFuture.runAsync(own::close);
    while (!own.isStopping()) {
      Thread.sleep(5);
    }
    Thread.sleep(2500); // Jetty closes connections that are idle for a second while it stops
    assertThat(closing).isNotDone();
    goOn.countDown();
    for (var each : all) {
      assertThat(each.get().statusCode()).isEqualTo(200);
    }
    closing.get();
    own.close(); // harmless
  }
}
