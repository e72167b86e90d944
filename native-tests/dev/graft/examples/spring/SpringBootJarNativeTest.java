package dev.graft.examples.spring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.model.ResNet;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** graft in a Spring Boot application that is one jar, started as its users do. */
@Timeout(120)
class SpringBootJarNativeTest {
  private static final int SIGTERM = 128 + 15;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Path model;
  private static final List<byte[]> images = new ArrayList<>();
  private static final List<Prediction> expected = new ArrayList<>();

  @BeforeAll
  static void makeModelAndImages() throws IOException {
    List<String> classes = List.of("blue", "green", "red");
    model = TinyWorld.save(folder.resolve("model.pt"), ResNet.resnet18(10, 3), classes);
    try (var files = Files.walk(TinyWorld.draw(folder.resolve("images"), 4, 0));
        Predictor predictor = Predictor.load(model, PredictorConfig.defaults())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        images.add(Files.readAllBytes(file));
        expected.add(predictor.predict(file));
      }
    }
  }

  @Test
  void answersWithAnEmptyCacheAndStopsWhenTold() throws Exception {
    Path jar = FatJar.pack(folder);
    Path cache = folder.resolve("cache");
    try (RunningJar first = RunningJar.start(jar, model, cache, folder)) {
      assertThat(files(cache))
          .anySatisfy((file, time) -> assertThat(file).hasFileName("libtorch_cpu.so"));
      assertAnswersMany(first);
      assertStops(first);
    }
    Map<Path, FileTime> extracted = files(cache);
    try (RunningJar second = RunningJar.start(jar, model, cache, folder)) {
      assertAnswersMany(second);
      second.terminate();
      assertThat(second.exitCode()).isEqualTo(SIGTERM);
    }
    assertThat(files(cache)).isEqualTo(extracted);
    assertThat(files(folder))
        .noneSatisfy(
            (file, time) -> assertThat(file.getFileName().toString()).startsWith("hs_err"));
  }

  private static Map<Path, FileTime> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .collect(Collectors.toMap(path -> path, SpringBootJarNativeTest::time));
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertAnswersMany(RunningJar application) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      responses.add(application.post(images.get(i % images.size())));
    }
    HttpResponse<String> bad = application.post("no image".getBytes(UTF_8)).get();
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("Cannot decode the image: ");
    for (int i = 0; i < responses.size(); i++) {
      HttpResponse<String> response = responses.get(i).get();
      assertThat(response.statusCode()).isEqualTo(200);
      assertSame(JSON.readTree(response.body()), expected.get(i % images.size()));
    }
  }

  private static void assertSame(JsonNode json, Prediction prediction) {
    assertThat(json.path("version").asText()).isEqualTo(prediction.version());
    for (int i = 0; i < prediction.scores().size(); i++) {
      JsonNode score = json.path("scores").path(i);
      assertThat(score.path("label").asText()).isEqualTo(prediction.scores().get(i).label());
      assertThat(score.path("probability").asDouble())
          .isCloseTo(prediction.scores().get(i).probability(), within(1e-5));
    }
  }

  /** SIGTERM comes while a request is half there; that one is answered, and then it ends. */
  private static void assertStops(RunningJar application) throws Exception {
    byte[] image = images.get(0);
    try (var socket = new Socket("localhost", application.port())) {
      OutputStream out = socket.getOutputStream();
      String head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n";
      out.write(head.formatted(image.length).getBytes(US_ASCII));
      out.write(image, 0, 10);
      assertThat(application.post(image).get().statusCode()).isEqualTo(200);
      application.terminate();
      while (application.takesConnections()) {
        Thread.sleep(10);
      }
      assertThat(application.isAlive()).isTrue();
      out.write(image, 10, image.length - 10);
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
    assertThat(application.exitCode()).as(application.log()).isEqualTo(SIGTERM);
  }
}
