package dev.graft.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.bench.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Reads logits out of a service's answers. */
final class ServiceAnswers {
  static final String MODEL = "insects";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ServiceAnswers() {}

  /** Ends what was asked for if anything but an answer came. */
  static void requireAll(List<Answer> answers) {
    for (Answer answer : answers) {
      if (answer.status() != 200) {
        throw new IllegalStateException("The service answered " + answer);
      }
    }
  }

  /** What an answer tells: logits, or of an image the logarithms of its probabilities. */
  static float[] logits(Answer answer) {
    String head = answer.header("Inference-Header-Content-Length");
    return head.isEmpty()
        ? logProbabilities(answer.body())
        : floats(answer.body(), Integer.parseInt(head));
  }

  private static float[] floats(byte[] body, int from) {
    float[] values = new float[(body.length - from) / Float.BYTES];
    ByteBuffer.wrap(body, from, body.length - from)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  private static float[] logProbabilities(byte[] body) {
    try {
      JsonNode scores = JSON.readTree(body).path("scores");
      float[] values = new float[Spec.CLASSES.size()];
      for (int i = 0; i < values.length; i++) {
        double probability = scores.path(Spec.CLASSES.get(i)).asDouble(Double.NaN);
        values[i] = (float) Math.log(probability);
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
