package dev.graft.tensorboard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * One value of a TensorBoard summary as an encoded event.
 *
 * @see <a href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto">the
 *     messages event, summary, tensor and types, which give the fields' numbers</a>
 */
final class TensorBoardSummary {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int SIMPLE_VALUE = 2;

  private static final int DT_FLOAT = 1;
  private static final int DT_STRING = 7;

  /** What kind of data a value is; TensorBoard finds a plugin's data by it. */
  private enum DataClass {
    TENSOR(2),
    BLOB_SEQUENCE(3);

    private final int number;

    DataClass(int number) {
      this.number = number;
    }
  }

  private TensorBoardSummary() {}

  /** The event that a file begins with. */
  static ByteString fileVersion(double wallTime) {
    return new ProtoMessage()
        .real(WALL_TIME, wallTime)
        .text(FILE_VERSION, "brain.Event:2")
        .encoded();
  }

  /**
   * A number, rounded to 32 bits: TensorBoard's usual reader skips scalars of any other type, and
   * {@code simple_value} is the form that every reader of event files knows.
   */
  static ByteString scalar(double wallTime, long step, String tag, double value) {
    return event(
        wallTime,
        step,
        new ProtoMessage().text(VALUE_TAG, tag).real32(SIMPLE_VALUE, (float) value));
  }

  /** Pictures of one size, which TensorBoard shows as samples of one tag, with what they are. */
  static ByteString images(
      double wallTime, long step, String tag, String description, List<BufferedImage> pictures)
      throws IOException {
    BufferedImage first = pictures.get(0);
    ProtoMessage tensor =
        tensor(DT_STRING, pictures.size() + 2)
            .bytes(8, ByteString.copyFromUtf8(Integer.toString(first.getWidth())))
            .bytes(8, ByteString.copyFromUtf8(Integer.toString(first.getHeight())));
    for (BufferedImage picture : pictures) {
      tensor.bytes(8, png(picture));
    }
    ProtoMessage metadata =
        metadata("images", ByteString.EMPTY, DataClass.BLOB_SEQUENCE).text(3, description);
    return event(wallTime, step, value(tag, tensor, metadata));
  }

  /** What a plugin keeps in a value's metadata; the value itself is a zero that nobody reads. */
  static ByteString pluginData(double wallTime, String tag, String plugin, ProtoMessage content) {
    ProtoMessage nothing = tensor(DT_FLOAT, 1).bytes(5, ByteString.copyFrom(new byte[4]));
    ProtoMessage metadata = metadata(plugin, content.encoded(), DataClass.TENSOR);
    return event(wallTime, 0, value(tag, nothing, metadata));
  }

  private static ByteString event(double wallTime, long step, ProtoMessage value) {
    return new ProtoMessage()
        .real(WALL_TIME, wallTime)
        .integer(STEP, step)
        .message(SUMMARY, new ProtoMessage().message(SUMMARY_VALUE, value))
        .encoded();
  }

  private static ProtoMessage value(String tag, ProtoMessage tensor, ProtoMessage metadata) {
    return new ProtoMessage().text(VALUE_TAG, tag).message(8, tensor).message(9, metadata);
  }

  private static ProtoMessage metadata(String plugin, ByteString content, DataClass data) {
    return new ProtoMessage()
        .message(1, new ProtoMessage().text(1, plugin).bytes(2, content))
        .integer(4, data.number);
  }

  /** A tensor without its values. */
  private static ProtoMessage tensor(int type, int... sizes) {
    var shape = new ProtoMessage();
    for (int size : sizes) {
      shape.message(2, new ProtoMessage().integer(1, size));
    }
    return new ProtoMessage().integer(1, type).message(2, shape);
  }

  private static ByteString png(BufferedImage picture) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    if (!ImageIO.write(picture, "png", bytes)) {
      throw new IOException("no PNG can be made of a picture of type " + picture.getType());
    }
    return bytes.toByteString();
  }

  /**
   * Tells the step of an event whose first value has a tag.
   *
   * @return -1 if it is another event, or none
   */
  static long step(ByteString event, String tag) {
    long step = 0;
    boolean found = false;
    try {
      CodedInputStream in = event.newCodedInput();
      for (int field = in.readTag(); field != 0; field = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(field)) {
          case STEP -> step = in.readInt64();
          case SUMMARY -> found = tag.equals(firstTag(in.readBytes()));
          default -> in.skipField(field);
        }
      }
      return found ? step : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static String firstTag(ByteString summary) throws IOException {
    CodedInputStream in = summary.newCodedInput();
    in.readTag();
    CodedInputStream value = in.readBytes().newCodedInput();
    value.readTag();
    return value.readString();
  }
}
