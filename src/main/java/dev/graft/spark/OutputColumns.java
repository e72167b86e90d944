package dev.graft.spark;

import dev.graft.predict.Outputs;
import dev.graft.torch.Printable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns that answers become. Each is a name; an empty one leaves the column out.
 *
 * @param label the most probable class
 * @param probability its probability
 * @param probabilities those of all classes
 * @param embedding what the head saw
 * @param error why there is no answer
 */
record OutputColumns(
    String label, String probability, String probabilities, String embedding, String error)
    implements Serializable {
  OutputColumns {
    if (error.isEmpty()) {
      throw new IllegalArgumentException(
          "errorCol is empty. Name it: without it nobody sees which images have no answer.");
    }
  }

  /**
   * Adds the columns.
   *
   * @throws IllegalArgumentException if one of that name is there already
   */
  StructType appendTo(StructType schema) {
    DataType numbers = DataTypes.createArrayType(DataTypes.DoubleType, false);
    DataType values = DataTypes.createArrayType(DataTypes.FloatType, false);
    StructType all = add(schema, label, DataTypes.StringType);
    all = add(all, probability, DataTypes.DoubleType);
    all = add(all, probabilities, numbers);
    all = add(all, embedding, values);
    return add(all, error, DataTypes.StringType);
  }

  private static StructType add(StructType schema, String name, DataType type) {
    if (name.isEmpty()) {
      return schema;
    }
    if (Arrays.stream(schema.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "There is a column \"%s\" already. Give the answers' column another name."
              .formatted(name));
    }
    return schema.add(name, type, true);
  }

  /** The row of an image that was answered. */
  Row append(Row row, Outputs outputs) {
    double[] scores = outputs.probabilities();
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    List<@Nullable Object> values = values(row);
    add(values, label, outputs.card().classes().get(best));
    add(values, probability, scores[best]);
    add(values, probabilities, scores);
    if (!embedding.isEmpty()) {
      values.add(outputs.features());
    }
    values.add(null);
    return RowFactory.create(values.toArray());
  }

  /** The row of an image that has no answer. */
  Row append(Row row, String problem) {
    List<@Nullable Object> values = values(row);
    for (String name : List.of(label, probability, probabilities, embedding)) {
      add(values, name, null);
    }
    values.add(Printable.message(problem));
    return RowFactory.create(values.toArray());
  }

  private static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      values.add(row.get(i));
    }
    return values;
  }

  private static void add(List<@Nullable Object> values, String name, @Nullable Object value) {
    if (!name.isEmpty()) {
      values.add(value);
    }
  }
}
