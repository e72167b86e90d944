package dev.graft.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The files of folders and patterns as a DataFrame of {@code path} and {@code length}, in tasks of
 * a few seconds' work. Spark's own listing leaves out empty files and puts thirty photographs in a
 * task.
 */
final class ImageFiles {
  /** About two seconds of one core with a ResNet-18. */
  private static final int MOST_PER_TASK = 200;

  private static final int TASKS_PER_CORE = 4;

  private final Configuration configuration;
  private final List<FileStatus> files = new ArrayList<>();

  private ImageFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Lists files, sorted by path.
   *
   * @param places files, folders with all that is in them, or Hadoop's patterns of such
   * @throws IllegalArgumentException if a place does not exist, or there is no file in any
   */
  static Dataset<Row> list(SparkSession spark, List<String> places) {
    var found = new ImageFiles(spark.sparkContext().hadoopConfiguration());
    for (String place : places) {
      try {
        found.add(place);
      } catch (IOException e) {
        throw new IllegalArgumentException("Cannot list " + place + ": " + e.getMessage(), e);
      }
    }
    if (found.files.isEmpty()) {
      throw new IllegalArgumentException(
          "There are no files in " + String.join(", ", places) + ".");
    }
    return found.toDataset(spark);
  }

  private void add(String place) throws IOException {
    Path pattern = new Path(place);
    FileSystem system = pattern.getFileSystem(configuration);
    FileStatus[] matches = system.globStatus(pattern);
    if (matches == null || matches.length == 0) {
      throw new IllegalArgumentException(
          place + " does not exist. Name a folder, file or pattern.");
    }
    for (FileStatus match : matches) {
      if (match.isFile()) {
        files.add(match);
        continue;
      }
      RemoteIterator<LocatedFileStatus> within = system.listFiles(match.getPath(), true);
      while (within.hasNext()) {
        FileStatus file = within.next();
        if (!isHidden(file.getPath())) {
          files.add(file);
        }
      }
    }
  }

  /** As Spark and Hadoop have it, whose own files, such as _SUCCESS, begin so. */
  private static boolean isHidden(Path file) {
    return file.getName().startsWith("_") || file.getName().startsWith(".");
  }

  private Dataset<Row> toDataset(SparkSession spark) {
    List<Row> rows =
        files.stream()
            .sorted(Comparator.comparing(FileStatus::getPath))
            .map(file -> RowFactory.create(file.getPath().toString(), file.getLen()))
            .toList();
    int tasks = tasks(rows.size(), spark.sparkContext().defaultParallelism());
    JavaRDD<Row> parts =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, tasks);
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType, false)
            .add("length", DataTypes.LongType, false);
    return spark.createDataset(parts.rdd(), Encoders.row(schema));
  }

  /** So many that all cores end at about the same time, and none is over at once. */
  static int tasks(int files, int cores) {
    int share = (int) (files / (TASKS_PER_CORE * (long) cores));
    int each = Math.max(1, Math.min(share, MOST_PER_TASK));
    return (files + each - 1) / each;
  }
}
