package dev.graft.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads event files by the formats' definitions, with nothing of what wrote them. */
final class EventFileReader {
  private EventFileReader() {}

  /** A message's fields by number: varints as Long, floats and doubles, the rest as bytes. */
  record Message(Map<Integer, List<Object>> fields) {
    static Message parse(byte[] bytes) {
      Map<Integer, List<Object>> fields = new HashMap<>();
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        long tag = varint(in);
        Object value =
            switch ((int) (tag & 7)) {
              case 0 -> varint(in);
              case 1 -> in.getDouble();
              case 2 -> {
                byte[] content = new byte[(int) varint(in)];
                in.get(content);
                yield content;
              }
              case 5 -> in.getFloat();
              default -> throw new AssertionError("wire type " + (tag & 7));
            };
        fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>()).add(value);
      }
      return new Message(fields);
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    boolean has(int number) {
      return fields.containsKey(number);
    }

    List<Object> all(int number) {
      return fields.getOrDefault(number, List.of());
    }

    private Object one(int number) {
      assertThat(all(number)).as("field " + number).hasSize(1);
      return all(number).get(0);
    }

    /** Zero is not written. */
    long integer(int number) {
      return has(number) ? (Long) one(number) : 0;
    }

    double real(int number) {
      return (Double) one(number);
    }

    byte[] bytes(int number) {
      return (byte[]) one(number);
    }

    String text(int number) {
      return new String(bytes(number), StandardCharsets.UTF_8);
    }

    Message message(int number) {
      return parse(bytes(number));
    }

    List<Message> messages(int number) {
      return all(number).stream().map(bytes -> parse((byte[]) bytes)).toList();
    }
  }

  /** One value of an event's summary. */
  record Value(double wallTime, long step, Message value) {
    String tag() {
      return value.text(1);
    }

    float scalar() {
      return (Float) value.one(2);
    }

    Message tensor() {
      return value.message(8);
    }

    String plugin() {
      return value.message(9).message(1).text(1);
    }

    /** What the plugin keeps. */
    Message content() {
      return value.message(9).message(1).message(2);
    }
  }

  /** The values of a file, after the event that says what it is. */
  static List<Value> values(Path file) throws IOException {
    List<Message> events = records(file).stream().map(Message::parse).toList();
    assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
    List<Value> values = new ArrayList<>();
    for (Message event : events.subList(1, events.size())) {
      for (Message value : event.message(5).messages(1)) {
        values.add(new Value(event.real(1), event.integer(2), value));
      }
    }
    return values;
  }

  private static List<byte[]> records(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).as("checksum of a length").isEqualTo(masked(length));
      byte[] record =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(record);
      assertThat(in.getInt()).as("checksum of a record").isEqualTo(masked(record));
      records.add(record);
    }
    return records;
  }

  private static int masked(byte[] bytes) {
    int crc = crc32c(bytes);
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  /** Bit by bit, with Castagnoli's polynomial (RFC 3720, appendix B.4). */
  static int crc32c(byte[] bytes) {
    int crc = ~0;
    for (byte next : bytes) {
      crc ^= next & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    return ~crc;
  }
}
