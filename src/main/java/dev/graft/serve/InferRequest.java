package dev.graft.serve;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an inference request, as the Open Inference Protocol (version 2, REST) has it.
 * Nothing of it is kept as a tree, which would need many times the memory of the text.
 *
 * @param id repeated in the answer, or null
 * @param parameters of the request
 * @param inputs tensors
 * @param outputs what is wanted, or nothing for all that is usual
 */
record InferRequest(
    @Nullable String id, Parameters parameters, List<Input> inputs, List<Output> outputs) {
  private static final int MOST_OUTPUTS = 16;
  private static final int MOST_DIMENSIONS = 8;

  /** The limits are the body's own, but for the depth, which stays Jackson's. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Fills in what may be missing. */
  InferRequest {
    parameters = Objects.requireNonNullElse(parameters, Parameters.NONE);
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    outputs = outputs == null ? List.of() : List.copyOf(outputs);
    if (outputs.size() > MOST_OUTPUTS) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "There are %d outputs; ask for %d at most.".formatted(outputs.size(), MOST_OUTPUTS));
    }
  }

  /**
   * What the protocol's extensions add; others are passed over.
   *
   * @param allBinary of a request: whether outputs are wanted as bytes behind the JSON
   * @param binary of an output: the same
   * @param binarySize of an input: how many bytes of it follow the JSON; -1 if its data are in it
   * @param classification of an output: how many classes are wanted; 0 for all numbers
   */
  record Parameters(
      @JsonProperty("binary_data_output") @Nullable Boolean allBinary,
      @JsonProperty("binary_data") @Nullable Boolean binary,
      @JsonProperty("binary_data_size") @Nullable Long binarySize,
      int classification) {
    static final Parameters NONE = new Parameters(null, null, null, 0);
  }

  /** Reads a shape, and no more of it than any tensor has. */
  static final class ShapeReader extends JsonDeserializer<List<Long>> {
    @Override
    public List<Long> deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      List<Long> shape = new ArrayList<>();
      boolean isArray = json.currentToken() == JsonToken.START_ARRAY;
      while (isArray && json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
        shape.add(json.getLongValue());
        isArray = shape.size() <= MOST_DIMENSIONS;
      }
      if (!isArray || json.currentToken() != JsonToken.END_ARRAY) {
        throw new Problem(
            Problem.BAD_REQUEST,
            "A shape must be an array of at most " + MOST_DIMENSIONS + " whole numbers.");
      }
      return shape;
    }
  }

  /** A tensor that is sent. */
  record Input(
      String name,
      @JsonDeserialize(using = ShapeReader.class) List<Long> shape,
      String datatype,
      Parameters parameters,
      @JsonDeserialize(using = TensorData.Reader.class) @Nullable TensorData data) {
    Input {
      if (name == null || shape == null || datatype == null) {
        throw new Problem(Problem.BAD_REQUEST, "An input needs a name, a shape and a datatype.");
      }
      shape = List.copyOf(shape);
      parameters = Objects.requireNonNullElse(parameters, Parameters.NONE);
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
      return Objects.requireNonNullElse(parameters.binarySize(), -1L);
    }
  }

  /** A tensor that is wanted. */
  record Output(String name, Parameters parameters) {
    Output {
      if (name == null) {
        throw new Problem(Problem.BAD_REQUEST, "An output needs a name.");
      }
      parameters = Objects.requireNonNullElse(parameters, Parameters.NONE);
    }
  }

  /** Whether an output is wanted as bytes behind the JSON. */
  boolean isBinary(Output output) {
    boolean all = Objects.requireNonNullElse(parameters.allBinary(), false);
    return Objects.requireNonNullElse(output.parameters().binary(), all);
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
      throw new Problem(Problem.BAD_REQUEST, "The request is no JSON as expected: " + where(e));
    } catch (IOException e) {
      throw new IllegalStateException(e); // from memory
    }
  }

  /** Where it goes wrong; Jackson's own words are about graft's classes. */
  private static String where(JsonProcessingException error) {
    if (error instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
              .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
              .collect(Collectors.joining("/", "at ", " is something else"))
          + (error.getCause() instanceof JsonParseException ? ", or no JSON." : ".");
    }
    var location = error.getLocation();
    return location == null
        ? "it is something else."
        : "line %d, column %d.".formatted(location.getLineNr(), location.getColumnNr());
  }
}
