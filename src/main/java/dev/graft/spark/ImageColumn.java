package dev.graft.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The column that images come from: their content, or where they are.
 *
 * @param index of the column
 * @param isPath whether it says where they are
 * @param nameIndex the column that names an image in an error, or -1
 * @param maxBytes size of the largest file that is read
 * @param storage where files are read from
 */
record ImageColumn(int index, boolean isPath, int nameIndex, int maxBytes, Storage storage)
    implements Serializable {
  private static final String NAMES = "path"; // as Spark's binaryFile source has it
  private static final Retries RETRIES = new Retries(Duration.ofMillis(500));

  /**
   * Finds the column.
   *
   * @throws IllegalArgumentException if it is not there, or of another type
   */
  static ImageColumn of(StructType schema, String name, int maxBytes, Storage storage) {
    DataType type = requireType(schema, name);
    boolean isPath = type.equals(DataTypes.StringType);
    int names = isPath ? schema.fieldIndex(name) : indexOfText(schema, NAMES);
    return new ImageColumn(schema.fieldIndex(name), isPath, names, maxBytes, storage);
  }

  /** Refuses a column that no image can come from. */
  static DataType requireType(StructType schema, String name) {
    String[] names = schema.fieldNames();
    if (!Arrays.asList(names).contains(name)) {
      throw new IllegalArgumentException(
          "There is no column \"%s\" to read images from, only %s. Set inputCol."
              .formatted(name, String.join(", ", names)));
    }
    DataType type = schema.apply(name).dataType();
    if (!type.equals(DataTypes.BinaryType) && !type.equals(DataTypes.StringType)) {
      throw new IllegalArgumentException(
          "The column \"%s\" is of type %s. Images are binary, as Spark's binaryFile source gives"
                  .formatted(name, type.simpleString())
              + " them, or a string that says where they are.");
    }
    return type;
  }

  private static int indexOfText(StructType schema, String name) {
    String[] names = schema.fieldNames();
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name) && schema.fields()[i].dataType().equals(DataTypes.StringType)) {
        return i;
      }
    }
    return -1;
  }

  /** Names the image of a row, for messages. */
  String name(Row row) {
    return nameIndex < 0 || row.isNullAt(nameIndex) ? "the image" : row.getString(nameIndex);
  }

  /**
   * Tells how much memory a row holds for its image, whether that can be read or not.
   *
   * @return bytes; 0 where the row only says where the image is
   */
  long weight(Row row) {
    return isPath || row.isNullAt(index) ? 0 : row.<byte[]>getAs(index).length;
  }

  /**
   * Reads the image of a row. A file is read again where its storage may be at fault.
   *
   * @return the content of its file
   * @throws UnreadableImageException if there is none, if it is too large or cannot be read
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  byte[] read(Row row) {
    if (row.isNullAt(index)) {
      throw problem(row, "there is none: the column is null", false);
    }
    byte[] content = isPath ? readFile(row) : row.getAs(index);
    if (content.length > maxBytes) {
      String why = "it has more than " + maxBytes + " bytes; maxBytes allows larger ones";
      throw problem(row, why, false);
    }
    return content;
  }

  private byte[] readFile(Row row) {
    String location = row.getString(index);
    try {
      return RETRIES.run(
          () -> {
            try (InputStream in = storage.open(location)) {
              return in.readNBytes(maxBytes + 1);
            }
          });
    } catch (IOException e) {
      throw problem(row, StorageProblem.of(e), !StorageProblem.isOfFile(e));
    }
  }

  private UnreadableImageException problem(Row row, String why, boolean ofStorage) {
    return new UnreadableImageException("Cannot read " + name(row) + ": " + why + ".", ofStorage);
  }
}
