package dev.graft.tensorboard;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow and TensorBoard frame them: the length, its checksum, the bytes,
 * their checksum. Records are appended whole; who is killed meanwhile leaves at most a torn last
 * one, at which readers stop.
 *
 * @param path of the file
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">
 *     the format</a>
 */
record TensorBoardFile(Path path) {
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MAX_RECORD_BYTES = 1 << 28;
  private static final int MASK = 0xa282ead8;
  private static final AtomicInteger COUNTER = new AtomicInteger();

  /**
   * Creates an empty file in a run's folder, under a name that no earlier one has; TensorBoard
   * reads the files of a folder in the order of their names.
   */
  static TensorBoardFile create(Path folder, long seconds) throws IOException {
    String name =
        "events.out.tfevents.%010d.%d-%d.graft"
            .formatted(seconds, ProcessHandle.current().pid(), COUNTER.incrementAndGet());
    return new TensorBoardFile(Files.createFile(folder.resolve(name)));
  }

  /** Appends records and leaves them to the operating system, so that other processes see them. */
  void append(List<ByteString> records) throws IOException {
    int size = records.stream().mapToInt(record -> framed(record.size())).sum();
    ByteBuffer framed = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteString record : records) {
      byte[] length =
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(record.size())
              .array();
      byte[] bytes = record.toByteArray();
      framed.put(length).putInt(checksum(length)).put(bytes).putInt(checksum(bytes));
    }
    Files.write(path, framed.array(), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private static int framed(int bytes) {
    return HEADER_BYTES + bytes + Integer.BYTES;
  }

  /** Reads the records up to the end or the first that is torn or damaged. */
  List<ByteString> read() throws IOException {
    List<ByteString> records = new ArrayList<>();
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      while (true) {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
          return records;
        }
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        long length = fields.getLong();
        if (length < 0 || length > MAX_RECORD_BYTES) {
          return records;
        }
        byte[] record = in.readNBytes((int) length);
        byte[] checksum = in.readNBytes(Integer.BYTES);
        if (checksum.length < Integer.BYTES
            || ByteBuffer.wrap(checksum).order(ByteOrder.LITTLE_ENDIAN).getInt()
                != checksum(record)) {
          return records;
        }
        records.add(ByteString.copyFrom(record));
      }
    }
  }

  /** CRC-32C, rotated and offset, so that the checksum of data with checksums in it is sound. */
  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
