package dev.graft.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The {@code data} of a tensor in JSON: numbers or texts, however deeply nested, in row-major
 * order. Read as a stream, since a tree of so many numbers would take ten times their memory.
 */
final class TensorData {
  /** Texts are images, of which no request has so many; numbers are only as many as bytes. */
  static final int MOST_TEXTS = 1 << 16;

  /** Reads {@code data} from JSON. */
  static final class Reader extends JsonDeserializer<TensorData> {
    @Override
    public TensorData deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new Problem(Problem.BAD_REQUEST, "The data of a tensor must be an array.");
      }
      var data = new TensorData();
      for (int depth = 1; depth > 0; ) {
        JsonToken token = json.nextToken();
        if (token == JsonToken.START_ARRAY) {
          depth++;
        } else if (token == JsonToken.END_ARRAY) {
          depth--;
        } else if (token == JsonToken.VALUE_STRING) {
          data.add(json.getText());
        } else if (token != null && token.isNumeric()) {
          data.add(json.getFloatValue());
        } else {
          throw new Problem(Problem.BAD_REQUEST, "The data of a tensor holds numbers or texts.");
        }
      }
      return data;
    }
  }

  private final List<String> texts = new ArrayList<>();
  private float[] numbers = new float[1024];
  private int size;

  private TensorData() {}

  private void add(float number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  private void add(String text) {
    if (texts.size() == MOST_TEXTS) {
      throw new Problem(
          Problem.BAD_REQUEST, "The data of a tensor have more than " + MOST_TEXTS + " texts.");
    }
    texts.add(text);
  }

  /** The numbers, of which there must be so many. They may be followed by others in the array. */
  float[] numbers(long expected) {
    if (size != expected || !texts.isEmpty()) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The tensor's shape has %d values, its data %d numbers and %d texts."
              .formatted(expected, size, texts.size()));
    }
    return numbers;
  }

  /** The texts, of which there must be so many. */
  List<String> texts(long expected) {
    if (texts.size() != expected || size > 0) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The tensor's shape has %d values, its data %d texts and %d numbers."
              .formatted(expected, texts.size(), size));
    }
    return texts;
  }
}
