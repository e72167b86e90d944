package dev.graft.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a client may send an image file. */
enum ImageForm {
  /** As the body. */
  BODY,
  /** As a file of a form. */
  MULTIPART,
  /** In the JSON of the Open Inference Protocol. */
  BASE64,
  /** Behind that JSON. */
  BINARY;

  private static final String INPUT =
      "{\"inputs\":[{\"name\":\"encoded\",\"shape\":[1],\"datatype\":\"BYTES\",%s}]}";

  /** Asks about an image. */
  HttpResponse<byte[]> send(HttpCalls http, String model, byte[] image, String id) {
    String infer = "/v2/models/" + model + "/infer";
    return switch (this) {
      case BODY -> http.post("/predict", image, Gate.REQUEST_ID, id);
      case MULTIPART ->
          http.post(
              "/predict",
              HttpCalls.form(image),
              "Content-Type",
              HttpCalls.FORM,
              Gate.REQUEST_ID,
              id);
      case BASE64 -> {
        String data = "\"data\":[\"%s\"]".formatted(Base64.getEncoder().encodeToString(image));
        byte[] json = INPUT.formatted(data).getBytes(StandardCharsets.UTF_8);
        yield http.post(infer, json, Gate.REQUEST_ID, id);
      }
      case BINARY -> {
        var element = ByteBuffer.allocate(Integer.BYTES + image.length);
        element.order(ByteOrder.LITTLE_ENDIAN).putInt(image.length).put(image);
        String size = "\"parameters\":{\"binary_data_size\":%d}".formatted(element.capacity());
        yield http.postBinary(infer, INPUT.formatted(size), element.array(), Gate.REQUEST_ID, id);
      }
    };
  }

  /** The class that an answer names as the best. */
  String label(JsonNode answer) {
    return switch (this) {
      case BODY, MULTIPART -> answer.path("class").asText();
      case BASE64, BINARY -> answer.at("/outputs/2/data/0").asText();
    };
  }

  /** The probabilities in an answer, in whatever order. */
  JsonNode probabilities(JsonNode answer) {
    return switch (this) {
      case BODY, MULTIPART -> answer.path("scores");
      case BASE64, BINARY -> answer.at("/outputs/1/data");
    };
  }
}
