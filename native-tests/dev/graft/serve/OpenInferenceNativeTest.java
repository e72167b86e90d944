package dev.graft.serve;

import static dev.graft.serve.HttpCalls.error;
import static dev.graft.serve.HttpCalls.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.SmallResNet;
import dev.graft.TinyWorld;
import dev.graft.predict.ImageSource;
import dev.graft.predict.Outputs;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wire format, byte by byte; scripts/check-open-inference asks with a client of others. */
@Timeout(120)
class OpenInferenceNativeTest {
  private static final PredictorConfig PREDICTOR = PredictorConfig.defaults();
  private static final int FEATURES = SmallResNet.FEATURES;
  private static final int FLOATS = 3 * TinyModels.SIDE * TinyModels.SIDE;
  private static final String INFER = "/v2/models/tiny/infer";
  private static final String LENGTH = "Inference-Header-Content-Length";

  @TempDir private static Path folder;
  private static byte[] image;
  private static float[] tensor;
  private static ModelServer server;
  private static HttpCalls http;
  private static Outputs ofImage;
  private static Outputs ofTensor;

  @BeforeAll
  static void start() throws IOException {
    Path model = TinyModels.save(folder.resolve("model.pt"), 3, "blue", "green", "red");
    TinyWorld.draw(folder.resolve("images"), 1, 1);
    image = Files.readAllBytes(folder.resolve("images/val/red/1.png"));
    var random = new SplittableRandom(5);
    tensor = new float[FLOATS];
    for (int i = 0; i < FLOATS; i++) {
      tensor[i] = (float) random.nextDouble(-2, 2);
    }
    try (Predictor predictor = Predictor.load(model, PREDICTOR)) {
      ofImage = predictor.outputsAsync(List.of(ImageSource.of(image, "image"))).get(0).join();
      var source = ImageSource.ofPreprocessed(tensor, 0, FLOATS);
      ofTensor = predictor.outputsAsync(List.of(source)).get(0).join();
    }
    server =
        ModelServer.start(
            List.of(ServedModel.load("tiny", model, PREDICTOR)),
            ServerConfig.defaults().on("127.0.0.1", 0));
    http = new HttpCalls(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  private static float[] floats(JsonNode data) {
    float[] values = new float[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) data.path(i).asDouble();
    }
    return values;
  }

  @Test
  void tensorsAndImagesInJson() {
    String nested =
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"images\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[["
            + Arrays.toString(tensor)
            + "]]}]}";
    JsonNode answer = json(http.post(INFER, utf8(nested)));
    assertThat(answer.path("id").asText()).isEqualTo("7");
    assertThat(answer.path("model_name").asText()).isEqualTo("tiny");
    assertThat(answer.path("model_version").asText()).isEqualTo(ofTensor.version());
    JsonNode outputs = answer.path("outputs");
    assertThat(outputs.findValuesAsText("name"))
        .containsExactly("logits", "probabilities", "label");
    assertThat(outputs.path(0).path("shape").toString()).isEqualTo("[1,3]");
    assertClose(floats(outputs.path(0).path("data")), ofTensor.logits());
    assertThat(outputs.path(2).path("data").path(0).asText())
        .isEqualTo(ofTensor.prediction().best().label());

    String encoded = Base64.getEncoder().encodeToString(image);
    String base64 =
        """
        {"inputs": [{"name": "encoded", "shape": [2], "datatype": "BYTES", "data": ["%s", "%s"]}],
         "outputs": [{"name": "features"}]}"""
            .formatted(encoded, encoded);
    JsonNode features = json(http.post(INFER, utf8(base64))).path("outputs").path(0);
    float[] rows = floats(features.path("data"));
    assertThat(features.path("shape").toString()).isEqualTo("[2,%d]".formatted(FEATURES));
    assertClose(Arrays.copyOf(rows, FEATURES), ofImage.features());
    assertClose(Arrays.copyOfRange(rows, FEATURES, 2 * FEATURES), ofImage.features());
  }

  @Test
  void tensorsAndImagesAsBytes() {
    var values = ByteBuffer.allocate(FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.asFloatBuffer().put(tensor);
    String head =
        """
        {"inputs": [{"name": "images", "shape": [1, 3, 32, 32], "datatype": "FP32",
                     "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "logits", "parameters": {"binary_data": true}},
                     {"name": "probabilities", "parameters": {"binary_data": false}},
                     {"name": "label", "parameters": {"binary_data": true}}]}"""
            .formatted(values.capacity());
    var response = http.postBinary(INFER, head, values.array());
    int length = Integer.parseInt(response.headers().firstValue(LENGTH).orElseThrow());
    JsonNode answer = json(Arrays.copyOf(response.body(), length));
    var rest =
        ByteBuffer.wrap(response.body(), length, response.body().length - length)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] logits = {rest.getFloat(), rest.getFloat(), rest.getFloat()};
    assertClose(logits, ofTensor.logits());
    byte[] label = new byte[rest.getInt()];
    rest.get(label);
    assertThat(new String(label, StandardCharsets.UTF_8))
        .isEqualTo(ofTensor.prediction().best().label());
    assertThat(rest.hasRemaining()).isFalse();
    assertThat(answer.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(12);
    assertThat(answer.at("/outputs/1/data")).hasSize(3);

    var element = ByteBuffer.allocate(4 + image.length).order(ByteOrder.LITTLE_ENDIAN);
    element.putInt(image.length).put(image);
    String encoded =
        """
        {"inputs": [{"name": "encoded", "shape": [1], "datatype": "BYTES",
                     "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "probabilities", "parameters": {"classification": 2}}]}"""
            .formatted(element.capacity());
    JsonNode best = json(http.postBinary(INFER, encoded, element.array())).path("outputs").path(0);
    assertThat(best.path("shape").toString()).isEqualTo("[1,2]");
    assertThat(best.path("data").path(0).asText())
        .matches("0\\.\\d+:[0-2]:" + ofImage.prediction().best().label());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | There are 0 inputs; send one, images or encoded.",
        "null | The request is null.",
        "[] | no JSON as expected",
        "{\"inputs\":[{\"name\":\"images\"}]} | An input needs a name, a shape and a datatype.",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\"}]} | no such input",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1],\"datatype\":\"BYTES\"}]} | no such input",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,3,9,9],\"datatype\":\"FP32\"}]} | must be [N, 3, 32, 32]",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[0,3,32,32],\"datatype\":\"FP32\"}]} | There are 0 images",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[999,3,32,32],\"datatype\":\"FP32\"}]} | send 1 to 256",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\"}]} | neither data",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[1]}]} | 3072 values, its data 1 numbers",
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[true]}]} | numbers or texts",
        "{\"inputs\":[{\"name\":\"encoded\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"?\"]}]} | must be base64",
        "{\"inputs\":[{\"name\":\"encoded\",\"shape\":[4000000000,4000000000],\"datatype\":\"BYTES\"}]} | too many values",
        "{\"inputs\":[{\"name\":\"encoded\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":5}}]} | 0 bytes follow the JSON",
        "{\"outputs\":[{\"name\":\"x\"}]} | There is no such output",
        "{\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"classification\":9}}]} | classification must be between 1 and 3",
      })
  void saysWhatIsWrongWithARequest(String request, String message) {
    var response = http.post(INFER, utf8(request));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response)).contains(message);
  }

  @Test
  void refusesValuesThatAreNotFinite() {
    var values = ByteBuffer.allocate(FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(40, Float.NaN);
    String head =
        """
        {"inputs": [{"name": "images", "shape": [1, 3, 32, 32], "datatype": "FP32",
                     "parameters": {"binary_data_size": %d}}]}"""
            .formatted(values.capacity());
    assertThat(error(http.postBinary(INFER, head, values.array())))
        .isEqualTo("images holds a value that is not finite.");
  }

  @Test
  void healthAndMetadata() {
    assertThat(json(http.get("/v2")).path("extensions").toString()).contains("binary_tensor_data");
    assertThat(http.get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(json(http.get("/v2/models/tiny/ready")).path("ready").asBoolean()).isTrue();
    JsonNode model = json(http.get("/v2/models/tiny"));
    assertThat(model.at("/inputs/0/shape").toString()).isEqualTo("[-1,3,32,32]");
    assertThat(model.at("/outputs/0/shape").toString()).isEqualTo("[-1,3]");
    String version = model.at("/versions/0").asText();
    assertThat(http.get("/v2/models/tiny/versions/" + version).statusCode()).isEqualTo(200);
    assertThat(http.get("/v2/models/tiny/versions/1").statusCode()).isEqualTo(404);
    JsonNode index = json(http.post("/v2/repository/index", new byte[0]));
    assertThat(index.path(0).path("state").asText()).isEqualTo("READY");
  }

  /** Neither a route without a description nor a description without a route. */
  @Test
  void openApiDescribesEveryRoute() {
    Set<String> described = new HashSet<>();
    JsonNode paths = json(http.get("/openapi.json")).path("paths");
    for (Iterator<String> path = paths.fieldNames(); path.hasNext(); ) {
      String name = path.next();
      paths.path(name).fieldNames().forEachRemaining(method -> described.add(method + " " + name));
    }
    List<String> routes = new ArrayList<>(server.routes());
    routes.removeIf(route -> route.matches("get /([a-z]*\\.(js|css))?"));
    assertThat(described).containsExactlyInAnyOrderElementsOf(routes);
  }
}
