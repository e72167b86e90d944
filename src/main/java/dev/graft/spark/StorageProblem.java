package dev.graft.spark;

import dev.graft.torch.IoProblem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/** What is said of a file that a storage did not give, and whether it may give it later. */
final class StorageProblem {
  private StorageProblem() {}

  /** Where no file can be, whenever and wherever one looks. */
  static final class NoFileException extends IOException {
    private static final long serialVersionUID = 1L;

    NoFileException(String message) {
      super(message);
    }
  }

  /** Names the reason, as a part of a sentence. */
  static String of(IOException e) {
    return withoutTrace(IoProblem.of(e));
  }

  /** HDFS and Spark put the stack of another machine into messages, which its log has too. */
  static String withoutTrace(String message) {
    int trace = message.indexOf("\n\tat ");
    return trace < 0 ? message : message.substring(0, trace);
  }

  /** Tells whether it is the file's fault, so that to ask again is in vain. */
  static boolean isOfFile(IOException e) {
    return e instanceof NoFileException
        || e instanceof FileNotFoundException
        || e instanceof NoSuchFileException
        || e instanceof AccessDeniedException
        || e instanceof AccessControlException
        || e instanceof UnsupportedFileSystemException;
  }
}
