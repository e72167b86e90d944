package dev.graft.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Requests to a server. */
final class HttpCalls {
  static final ObjectMapper JSON = new ObjectMapper();

  /** What {@link #form} is. */
  static final String FORM = "multipart/form-data; boundary=x";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  HttpCalls(ModelServer server) {
    url = server.url();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url.substring(0, url.length() - 1) + path));
  }

  HttpResponse<byte[]> get(String path) {
    return send(request(path).build());
  }

  HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
    var request = request(path).POST(BodyPublishers.ofByteArray(body));
    return send(headers.length > 0 ? request.headers(headers).build() : request.build());
  }

  /** Sends JSON and bytes behind it, as the Open Inference Protocol's binary extension has it. */
  HttpResponse<byte[]> postBinary(String path, String json, byte[] rest, String... headers) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    var length = Stream.of(InferOutputs.HEADER, Integer.toString(head.length));
    String[] all = Stream.concat(length, Stream.of(headers)).toArray(String[]::new);
    return post(path, joined(head, rest), all);
  }

  /** A form with a file. */
  static byte[] form(byte[] file) {
    String head =
        """
        --x\r
        Content-Disposition: form-data; name="file"; filename="a.png"\r
        Content-Type: image/png\r
        \r
        """;
    return joined(
        head.getBytes(StandardCharsets.UTF_8),
        file,
        "\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  CompletableFuture<HttpResponse<byte[]>> sendAsync(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofByteArray());
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return json(response.body());
  }

  static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String error(HttpResponse<byte[]> response) {
    return json(response).path("error").asText();
  }
}
