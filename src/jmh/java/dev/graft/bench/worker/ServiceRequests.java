package dev.graft.bench.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The requests to a service, whole, in native memory, where a socket takes them from. */
final class ServiceRequests {
  private static final String LENGTH = "Inference-Header-Content-Length";

  private ServiceRequests() {}

  static List<ByteBuffer> of(Spec spec) {
    return spec.text("body").equals("tensors") ? tensors(spec) : images(spec);
  }

  /** The fixed input by the Open Inference Protocol, as bytes behind the JSON, in batches. */
  private static List<ByteBuffer> tensors(Spec spec) {
    List<ByteBuffer> requests = new ArrayList<>();
    int batch = spec.number("batch");
    for (int first = 0; first + batch <= Spec.IMAGES; first += batch) {
      ByteBuffer values = spec.inputBytes(first);
      String json =
          """
          {"inputs": [{"name": "images", "shape": [%d, 3, 224, 224], "datatype": "FP32",
                       "parameters": {"binary_data_size": %d}}],
           "outputs": [{"name": "logits", "parameters": {"binary_data": true}}]}"""
              .formatted(batch, values.remaining());
      String path = "/v2/models/" + ServiceAnswers.MODEL + "/infer";
      ByteBuffer body = ByteBuffer.allocate(json.length() + values.remaining());
      body.put(json.getBytes(StandardCharsets.US_ASCII)).put(values).flip();
      requests.add(request(path, LENGTH + ": " + json.length(), body));
    }
    return requests;
  }

  /** The image files of a list. */
  private static List<ByteBuffer> images(Spec spec) {
    List<ByteBuffer> requests = new ArrayList<>();
    try {
      for (String file : Files.readAllLines(spec.path("files"))) {
        ByteBuffer body = ByteBuffer.wrap(Files.readAllBytes(Path.of(file)));
        requests.add(request("/predict", "Content-Type: image/jpeg", body));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requests;
  }

  private static ByteBuffer request(String path, String header, ByteBuffer body) {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, header, body.remaining());
    ByteBuffer whole = ByteBuffer.allocateDirect(head.length() + body.remaining());
    whole.put(head.getBytes(StandardCharsets.US_ASCII)).put(body);
    return whole.flip().order(ByteOrder.LITTLE_ENDIAN);
  }
}
