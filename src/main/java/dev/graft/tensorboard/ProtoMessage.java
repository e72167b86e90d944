package dev.graft.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A message in protocol buffers' wire format, field by field. Its numbers are named where they are
 * used; there are so few that graft has no generated classes.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>
 */
final class ProtoMessage {
  private final ByteString.Output bytes = ByteString.newOutput();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  /** Writes one field. */
  private interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  ProtoMessage text(int number, String value) {
    return add(to -> to.writeString(number, value));
  }

  ProtoMessage bytes(int number, ByteString value) {
    return add(to -> to.writeBytes(number, value));
  }

  /** A field of type double; {@link #integer} is for whole numbers and enums. */
  ProtoMessage real(int number, double value) {
    return add(to -> to.writeDouble(number, value));
  }

  /** A field of type float. */
  ProtoMessage real32(int number, float value) {
    return add(to -> to.writeFloat(number, value));
  }

  ProtoMessage integer(int number, long value) {
    return add(to -> to.writeInt64(number, value));
  }

  ProtoMessage bool(int number, boolean value) {
    return add(to -> to.writeBool(number, value));
  }

  ProtoMessage message(int number, ProtoMessage value) {
    return bytes(number, value.encoded());
  }

  /** The fields so far. */
  ByteString encoded() {
    add(CodedOutputStream::flush);
    return bytes.toByteString();
  }

  private ProtoMessage add(Field field) {
    try {
      field.writeTo(out);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a message", e); // memory takes every byte
    }
  }
}
