package dev.graft.serve;

import dev.graft.predict.Outputs;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes the answer to an inference request: JSON, and behind it what is wanted as bytes. */
final class InferOutputs {
  static final String HEADER = "Inference-Header-Content-Length";

  private static final List<InferRequest.Output> USUAL =
      Stream.of("logits", "probabilities", "label")
          .map(name -> new InferRequest.Output(name, InferRequest.Parameters.NONE))
          .toList();

  /** What can be asked for of a batch, and how its rows look. */
  enum Kind {
    LOGITS(Outputs::logits),
    PROBABILITIES(outputs -> floats(outputs.probabilities())),
    LABEL(outputs -> new float[0]),
    FEATURES(Outputs::features);

    @SuppressWarnings("ImmutableEnumChecker") // a method reference without state
    private final Function<Outputs, float[]> row;

    Kind(Function<Outputs, float[]> row) {
      this.row = row;
    }

    static Kind of(String name) {
      return switch (name) {
        case "logits" -> LOGITS;
        case "probabilities" -> PROBABILITIES;
        case "label" -> LABEL;
        case "features" -> FEATURES;
        default ->
            throw new Problem(
                Problem.BAD_REQUEST,
                "There is no such output; ask for logits, probabilities, label or features.");
      };
    }
  }

  /** A tensor of the answer. */
  private record Tensor(String name, String datatype, List<Integer> shape, List<?> values) {}

  private final InferRequest request;
  private final List<Outputs> batch;

  InferOutputs(InferRequest request, List<Outputs> batch) {
    this.request = request;
    this.batch = batch;
  }

  /** Refuses what could not be answered, before anything is computed. */
  static void check(InferRequest request, int classes) {
    for (InferRequest.Output output : request.outputs()) {
      Kind kind = Kind.of(output.name());
      int top = output.parameters().classification();
      boolean perClass = kind == Kind.LOGITS || kind == Kind.PROBABILITIES;
      if (top < 0 || top > classes || (top > 0 && !perClass)) {
        throw new Problem(
            Problem.BAD_REQUEST,
            "classification must be between 1 and %d, of logits or probabilities."
                .formatted(classes));
      }
    }
  }

  Reply reply(String model) {
    List<InferRequest.Output> wanted = request.outputs().isEmpty() ? USUAL : request.outputs();
    List<Object> described = new ArrayList<>();
    var binary = new ByteArrayOutputStream();
    for (InferRequest.Output output : wanted) {
      Tensor tensor = tensor(output);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", tensor.name());
      json.put("datatype", tensor.datatype());
      json.put("shape", tensor.shape());
      if (request.isBinary(output)) {
        byte[] bytes = bytes(tensor);
        json.put("parameters", Map.of("binary_data_size", bytes.length));
        binary.writeBytes(bytes);
      } else {
        json.put("data", tensor.values());
      }
      described.add(json);
    }
    return reply(head(model, described), binary.toByteArray(), wanted);
  }

  private Reply reply(byte[] head, byte[] binary, List<InferRequest.Output> wanted) {
    if (wanted.stream().noneMatch(request::isBinary)) {
      return Reply.of("application/json", head);
    }
    byte[] all = Arrays.copyOf(head, head.length + binary.length);
    System.arraycopy(binary, 0, all, head.length, binary.length);
    return Reply.of("application/octet-stream", all)
        .withHeader(HEADER, Integer.toString(head.length));
  }

  private byte[] head(String model, List<Object> outputs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model);
    json.put("model_version", batch.get(0).version());
    if (request.id() != null) {
      json.put("id", request.id());
    }
    json.put("outputs", outputs);
    return Reply.bytes(json);
  }

  private Tensor tensor(InferRequest.Output output) {
    Kind kind = Kind.of(output.name());
    int top = output.parameters().classification();
    if (kind == Kind.LABEL) {
      List<String> labels = batch.stream().map(o -> o.prediction().best().label()).toList();
      return new Tensor(output.name(), "BYTES", List.of(batch.size()), labels);
    } else if (top > 0) {
      List<String> best = new ArrayList<>();
      batch.forEach(outputs -> best.addAll(best(outputs, kind.row.apply(outputs), top)));
      return new Tensor(output.name(), "BYTES", List.of(batch.size(), top), best);
    }
    List<Float> values = new ArrayList<>();
    int width = 0;
    for (Outputs outputs : batch) {
      float[] row = kind.row.apply(outputs);
      width = row.length;
      for (float value : row) {
        values.add(value);
      }
    }
    return new Tensor(output.name(), "FP32", List.of(batch.size(), width), values);
  }

  /** The highest values, as {@code value:index:label}. */
  private static List<String> best(Outputs outputs, float[] row, int top) {
    Comparator<Integer> byValue = Comparator.comparingDouble(i -> row[i]);
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(byValue.reversed())
        .limit(top)
        .map(i -> row[i] + ":" + i + ":" + outputs.card().classes().get(i))
        .toList();
  }

  private static byte[] bytes(Tensor tensor) {
    var bytes = new ByteArrayOutputStream();
    ByteBuffer number = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Object value : tensor.values()) {
      if (value instanceof Float single) {
        bytes.writeBytes(number.putFloat(0, single).array());
      } else {
        byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(number.putInt(0, text.length).array());
        bytes.writeBytes(text);
      }
    }
    return bytes.toByteArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
