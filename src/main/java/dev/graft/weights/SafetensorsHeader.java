package dev.graft.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.graft.torch.Printable;
import dev.graft.weights.FileKind.Cures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: eight bytes of length, then JSON from names to types, shapes
 * and places. The rules are those of the format's description: places without holes or overlaps
 * that fill the file, no name twice.
 */
final class SafetensorsHeader {
  /** The longest header that the format allows. */
  static final long MAX_BYTES = 100_000_000;

  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_NOTES = 100_000;

  /** Names and metadata together, in characters: what is kept in memory. */
  private static final int MAX_TEXT = 16 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final Optional<Exception> NONE = Optional.empty();

  /** A tensor in the header; its place is counted from the end of the header. */
  record Entry(String name, StoredType type, List<Long> shape, long begin, long end) {}

  private final Path file;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final long dataStart;
  private long text;
  private long sizes;

  private SafetensorsHeader(Path file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  static SafetensorsHeader read(Path file, OpenFile in) throws IOException {
    if (in.size() < 8) {
      throw new WeightsException(file, "it is too short for a safetensors file", Cures.AGAIN);
    }
    long length = ByteBuffer.wrap(in.read(0, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_BYTES || length > in.size() - 8) {
      throw new WeightsException(
          file,
          "it is no safetensors file or is truncated: its header has "
              + Long.toUnsignedString(length)
              + " bytes, the file "
              + in.size(),
          Cures.AGAIN);
    }
    var header = new SafetensorsHeader(file, 8 + length);
    try (InputStream stream = in.stream(8, length);
        JsonParser json = JSON.createParser(stream)) {
      header.parse(json);
    } catch (JsonProcessingException e) {
      String why = e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
      throw header.bad("its header is no valid JSON: " + Printable.of(why), Optional.of(e));
    }
    header.requireSeamless(in.size() - header.dataStart);
    return header;
  }

  List<Entry> entries() {
    return entries;
  }

  List<String> names() {
    return entries.stream().map(Entry::name).toList();
  }

  Map<String, String> metadata() {
    return metadata;
  }

  long dataStart() {
    return dataStart;
  }

  private void parse(JsonParser json) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = keep(json.currentName());
      if (name.equals("__metadata__")) {
        parseMetadata(json);
      } else {
        entries.add(parseEntry(json, name));
      }
      if (entries.size() > MAX_TENSORS) {
        throw bad("it has more than " + MAX_TENSORS + " tensors", NONE);
      }
    }
    if (json.nextToken() != null) {
      throw bad("its header goes on after its end", NONE);
    }
  }

  private void parseMetadata(JsonParser json) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "__metadata__");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = keep(json.currentName());
      expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + name);
      metadata.put(name, keep(json.getText()));
      if (metadata.size() > MAX_NOTES) {
        throw bad("it has more than " + MAX_NOTES + " notes in its metadata", NONE);
      }
    }
  }

  private String keep(String kept) {
    text += kept.length();
    if (text > MAX_TEXT) {
      throw bad("its names and metadata have more than " + MAX_TEXT + " characters", NONE);
    }
    return kept;
  }

  private void keepSizes(int dimensions) {
    sizes += dimensions;
    if (sizes > StoredTensor.MAX_SIZES) {
      throw bad("its shapes have more than " + StoredTensor.MAX_SIZES + " sizes together", NONE);
    }
  }

  private Entry parseEntry(JsonParser json, String name) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, name);
    String dtype = "";
    Optional<List<Long>> shape = Optional.empty();
    List<Long> offsets = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      switch (json.currentName()) {
        case "dtype" -> {
          expect(json.nextToken(), JsonToken.VALUE_STRING, name);
          dtype = json.getText();
        }
        case "shape" -> {
          List<Long> read = longs(json, name);
          keepSizes(read.size());
          shape = Optional.of(read);
        }
        case "data_offsets" -> offsets = longs(json, name);
        default ->
            throw bad(
                Printable.of(name) + " has an unknown field " + Printable.of(json.currentName()),
                NONE);
      }
    }
    if (dtype.isEmpty() || shape.isEmpty() || offsets.size() != 2) {
      throw bad(Printable.of(name) + " lacks its dtype, shape or data_offsets", NONE);
    }
    return entry(name, dtype, shape.get(), offsets.get(0), offsets.get(1));
  }

  private Entry entry(String name, String dtype, List<Long> shape, long begin, long end) {
    StoredType type =
        StoredType.ofSafetensors(dtype)
            .orElseThrow(
                () ->
                    new WeightsException(
                        file,
                        "its tensor "
                            + Printable.of(name)
                            + " is of type "
                            + Printable.of(dtype)
                            + ", which graft does not read",
                        "Convert it in Python, for example with tensor.to(torch.float32)."));
    long bytes;
    try {
      bytes = StoredTensor.byteSize(type, shape);
    } catch (IllegalArgumentException e) {
      throw bad(Printable.of(name) + " is impossible: " + e.getMessage(), Optional.of(e));
    }
    if (begin < 0 || end < begin || end - begin != bytes) {
      throw bad(
          Printable.of(name) + " has " + bytes + " bytes, but its place is " + begin + " to " + end,
          NONE);
    }
    return new Entry(name, type, shape, begin, end);
  }

  private List<Long> longs(JsonParser json, String name) throws IOException {
    expect(json.nextToken(), JsonToken.START_ARRAY, name);
    List<Long> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
      values.add(json.getLongValue());
      if (values.size() > StoredTensor.MAX_DIMENSIONS) {
        throw bad(
            Printable.of(name) + " has more than " + StoredTensor.MAX_DIMENSIONS + " dimensions",
            NONE);
      }
    }
    return List.copyOf(values);
  }

  private void requireSeamless(long dataBytes) {
    long at = 0;
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (Entry entry : inOrder) {
      if (entry.begin() != at) {
        throw bad(
            "the place of " + Printable.of(entry.name()) + " leaves a hole or overlaps another",
            NONE);
      }
      at = entry.end();
    }
    if (at != dataBytes) {
      throw new WeightsException(
          file, "its tensors have " + at + " bytes, but it holds " + dataBytes, Cures.AGAIN);
    }
  }

  private void expect(@Nullable JsonToken found, JsonToken wanted, String name) {
    if (found != wanted) {
      throw bad(Printable.of(name) + " has " + found + " where " + wanted + " belongs", NONE);
    }
  }

  private WeightsException bad(String problem, Optional<? extends Exception> cause) {
    return new WeightsException(
        file, "it is no valid safetensors file: " + problem, Cures.AGAIN, cause.orElse(null));
  }
}
