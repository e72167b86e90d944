package dev.graft.spark;

import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
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
    if (!java.util.Arrays.asList(names).contains(name)) {
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
   * Reads the image of a row.
   *
   * @return the content of its file
   * @throws UnreadableImageException if there is none, if it is too large or cannot be read
   */
  byte[] read(Row row) {
    if (row.isNullAt(index)) {
      throw problem(row, "there is none: the column is null");
    }
    byte[] content = isPath ? readFile(row) : row.getAs(index);
    if (content.length > maxBytes) {
      throw problem(row, "it has more than " + maxBytes + " bytes; maxBytes allows larger ones");
    }
    return content;
  }

  private byte[] readFile(Row row) {
    try (InputStream in = storage.open(row.getString(index))) {
      return in.readNBytes(maxBytes + 1);
    } catch (ClosedByInterruptException | InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) { // the task is to end
        throw new CancellationException("Interrupted while reading an image.");
      }
      throw problem(row, IoProblem.of(e));
    } catch (IOException e) {
      throw problem(row, IoProblem.of(e));
    } catch (IllegalArgumentException e) { // what no file can be called
      throw problem(row, String.valueOf(e.getMessage()));
    }
  }

  private UnreadableImageException problem(Row row, String why) {
    return new UnreadableImageException("Cannot read " + name(row) + ": " + why + ".");
  }
}
