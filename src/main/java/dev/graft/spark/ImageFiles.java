package dev.graft.spark;

import dev.graft.torch.Printable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
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

  private static final Pattern WILD = Pattern.compile("[{}\\[\\]*?\\\\]");

  private final Storage storage;

  /** The length of each file, by path, once however many places it is in. */
  private final Map<Path, Long> files = new TreeMap<>();

  private ImageFiles(Storage storage) {
    this.storage = storage;
  }

  /**
   * Lists files, each once, sorted by path. Those whose name, or a folder's on the way there from
   * what a place names literally, begins with a dot or an underscore are left out, as Spark and
   * Hadoop do, whose own files, such as _SUCCESS, and unfinished ones begin so.
   *
   * @param places files, folders with all that is in them, or Hadoop's patterns of such
   * @throws IllegalArgumentException if a place does not exist, or there is no file in any
   */
  static Dataset<Row> list(SparkSession spark, List<String> places) {
    var found = new ImageFiles(Storage.of(spark));
    for (String place : places) {
      try {
        found.add(place);
      } catch (IOException e) {
        String why = Printable.message(StorageProblem.of(e));
        throw new IllegalArgumentException("Cannot list " + place + ": " + why + ".", e);
      }
    }
    if (found.files.isEmpty()) {
      throw new IllegalArgumentException(
          "There are no files in "
              + String.join(", ", places)
              + ". Names that begin with a dot or an underscore are left out.");
    }
    return found.toDataset(spark);
  }

  private void add(String place) throws IOException {
    Path pattern = new Path(place);
    FileSystem system = storage.files(pattern);
    FileStatus[] matches = system.globStatus(pattern);
    if (matches == null || matches.length == 0) {
      throw new IllegalArgumentException(
          place + " does not exist. Name a folder, file or pattern.");
    }
    int literal = literalDepth(system.makeQualified(pattern));
    for (FileStatus match : matches) {
      if (match.isFile()) {
        add(match, literal);
        continue;
      }
      RemoteIterator<LocatedFileStatus> within = system.listFiles(match.getPath(), true);
      while (within.hasNext()) {
        add(within.next(), literal);
      }
    }
  }

  private void add(FileStatus file, int literal) {
    if (!isHidden(file.getPath(), literal)) {
      files.put(file.getPath(), file.getLen());
    }
  }

  /** How many of a pattern's names come before the first that stands for others. */
  static int literalDepth(Path pattern) {
    int depth = pattern.depth();
    for (Path at = pattern; at.depth() > 0; at = at.getParent()) {
      if (isPattern(at.getName())) {
        depth = at.depth() - 1;
      }
    }
    return depth;
  }

  /** Tells whether Hadoop would look for names that match, instead of this one. */
  static boolean isPattern(String place) {
    return WILD.matcher(place).find();
  }

  /** Tells whether one of the names after the literal ones is hidden. */
  static boolean isHidden(Path file, int literal) {
    for (Path at = file; at.depth() > literal; at = at.getParent()) {
      if (at.getName().startsWith("_") || at.getName().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private Dataset<Row> toDataset(SparkSession spark) {
    List<Row> rows =
        files.entrySet().stream()
            .map(file -> RowFactory.create(file.getKey().toString(), file.getValue()))
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
