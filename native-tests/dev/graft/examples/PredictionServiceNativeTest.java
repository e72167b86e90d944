package dev.graft.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.model.ResNet;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import dev.graft.predict.PredictorListener;
import dev.graft.predict.Timing;
import dev.graft.torch.Uninterruptibly;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PredictionServiceNativeTest {
  private static final PredictorConfig CONFIG = PredictorConfig.defaults().withWorkers(2, 1);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Path model;
  private static final List<byte[]> images = new ArrayList<>();

  @BeforeAll
  static void makeModelAndImages() throws IOException {
    List<String> classes = List.of("blue", "green", "red");
    model = TinyWorld.save(folder.resolve("model.pt"), ResNet.resnet18(10, 3), classes);
    try (var files = Files.walk(TinyWorld.draw(folder.resolve("images"), 4, 0))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        images.add(Files.readAllBytes(file));
      }
    }
  }

  private static HttpRequest.Builder request(PredictionService service) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port()));
  }

  private static CompletableFuture<HttpResponse<String>> post(
      PredictionService service, byte[] body) {
    return CLIENT.sendAsync(
        request(service).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
  }

  private static void assertAnswers(HttpResponse<String> response, Prediction.Score expected)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode json = JSON.readTree(response.body());
    assertThat(json.path("class").asText()).isEqualTo(expected.label());
    assertThat(json.path("probability").asDouble()).isCloseTo(expected.probability(), within(1e-5));
  }

  @Test
  void manyClientsGetThePredictorsOwnAnswers() throws Exception {
    List<Prediction.Score> expected;
    try (Predictor predictor = Predictor.load(model, CONFIG)) {
      expected = images.stream().map(it -> predictor.predict(it, "image").best()).toList();
    }
    assertThat(expected).doesNotHaveDuplicates();
    try (var service = new PredictionService(Predictor.load(model, CONFIG), 0)) {
      List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        responses.add(post(service, images.get(i % images.size())));
      }
      for (int i = 0; i < responses.size(); i++) {
        assertAnswers(responses.get(i).get(), expected.get(i % images.size()));
      }
    }
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws Exception {
    try (var service = new PredictionService(Predictor.load(model, CONFIG), 0)) {
      HttpResponse<String> garbage = post(service, "no image".getBytes(UTF_8)).get();
      assertThat(garbage.statusCode()).isEqualTo(400);
      assertThat(JSON.readTree(garbage.body()).path("error").asText())
          .startsWith("Cannot decode the image: ");
      assertThat(post(service, new byte[0]).get().statusCode()).isEqualTo(400);
      assertThat(post(service, new byte[(8 << 20) + 1]).get().statusCode()).isEqualTo(413);
      var get = CLIENT.send(request(service).GET().build(), BodyHandlers.ofString());
      assertThat(get.statusCode()).isEqualTo(405);
    }
  }

  @Test
  void tooManyRequestsAreToldToComeBack() throws Exception {
    var held = new CountDownLatch(1);
    var holding =
        new PredictorListener() {
          @Override
          public void answered(Timing timing) {
            Uninterruptibly.run(held::await); // keeps the only worker busy
          }
        };
    var predictor = Predictor.load(model, CONFIG.withWorkers(1, 1).withLimits(1, null), holding);
    Prediction.Score expected = predictor.predict(images.get(0), "image").best();
    try (var service = new PredictionService(predictor, 0)) {
      var waiting = post(service, images.get(0));
      while (predictor.queued() == 0) {
        Thread.sleep(1);
      }
      HttpResponse<String> refused = post(service, images.get(0)).get();
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      held.countDown();
      assertAnswers(waiting.get(), expected);
    } finally {
      held.countDown();
    }
  }

  @Test
  void closingAnswersWhatWasBegunAndTakesNothingMore() throws Exception {
    byte[] image = images.get(0);
    var service = new PredictionService(Predictor.load(model, CONFIG), 0);
    int port = service.port();
    try (var socket = new Socket("localhost", port)) {
      OutputStream out = socket.getOutputStream();
      String head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n";
      out.write(head.formatted(image.length).getBytes(US_ASCII));
      out.write(image, 0, 10);
      assertThat(post(service, image).get().statusCode()).isEqualTo(200); // the first came before
      CompletableFuture<Void> closed = CompletableFuture.runAsync(service::close);
      Thread.sleep(200);
      assertThat(closed).isNotDone();
      out.write(image, 10, image.length - 10);
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 200");
      closed.get();
    }
    assertThatThrownBy(() -> new Socket("localhost", port).close())
        .isInstanceOf(ConnectException.class);
  }
}
