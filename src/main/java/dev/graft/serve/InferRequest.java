package dev.graft.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an inference request, as the Open Inference Protocol (version 2, REST) has it.
 *
 * @param id repeated in the answer, or null
 * @param parameters of the request
 * @param inputs tensors
 * @param outputs what is wanted, or nothing for all that is usual
 */
record InferRequest(
    @Nullable String id, JsonNode parameters, List<Input> inputs, List<Output> outputs) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Fills in what may be missing. */
  InferRequest {
    parameters = Objects.requireNonNullElse(parameters, MissingNode.getInstance());
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    outputs = outputs == null ? List.of() : List.copyOf(outputs);
  }

  /** A tensor that is sent. */
  record Input(
      String name,
      List<Long> shape,
      String datatype,
      JsonNode parameters,
      @JsonDeserialize(using = TensorData.Reader.class) @Nullable TensorData data) {
    Input {
      if (name == null || shape == null || datatype == null) {
        throw new Problem(Problem.BAD_REQUEST, "An input needs a name, a shape and a datatype.");
      }
      shape = List.copyOf(shape);
      parameters = Objects.requireNonNullElse(parameters, MissingNode.getInstance());
    }

    /** How many values the shape has. */
    long size() {
      try {
        long size = 1;
        for (long length : shape) {
          if (length < 1) {
            throw new Problem(Problem.BAD_REQUEST, "The shape " + shape + " has no values.");
          }
          size = Math.multiplyExact(size, length);
        }
        return size;
      } catch (ArithmeticException e) {
        throw new Problem(Problem.BAD_REQUEST, "The shape " + shape + " has too many values.");
      }
    }

    /** How many bytes of it follow the JSON; -1 if its data are in the JSON. */
    long binarySize() {
      return parameters.path("binary_data_size").asLong(-1);
    }
  }

  /** A tensor that is wanted. */
  record Output(String name, JsonNode parameters) {
    Output {
      if (name == null) {
        throw new Problem(Problem.BAD_REQUEST, "An output needs a name.");
      }
      parameters = Objects.requireNonNullElse(parameters, MissingNode.getInstance());
    }
  }

  /** Whether an output is wanted as bytes behind the JSON. */
  boolean isBinary(Output output) {
    boolean all = parameters.path("binary_data_output").asBoolean(false);
    return output.parameters().path("binary_data").asBoolean(all);
  }

  /** Reads the first bytes of a body. */
  static InferRequest parse(byte[] body, int length) {
    try {
      InferRequest request = JSON.readValue(body, 0, length, InferRequest.class);
      if (request == null) {
        throw new Problem(Problem.BAD_REQUEST, "The request is null.");
      }
      return request;
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof Problem problem) {
        throw problem;
      }
      throw new Problem(
          Problem.BAD_REQUEST, "The request is no JSON as expected: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException(e); // from memory
    }
  }
}
