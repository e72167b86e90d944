package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.spark.StorageProblem.NoFileException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageProblemTest {
  @Test
  void leavesOutTheTraceOfAServer() {
    var problem =
        new AccessControlException(
            "Permission denied: user=ada, access=READ\n\tat org.apache.hadoop.hdfs.server.X\n\tat y");

    assertThat(StorageProblem.of(problem)).isEqualTo("Permission denied: user=ada, access=READ");
    assertThat(StorageProblem.isOfFile(problem)).isTrue();
  }

  @Test
  void isNotTheFiles_whereAServerIsUnknown() {
    assertThat(StorageProblem.isOfFile(new UnknownHostException("namenode"))).isFalse();
    assertThat(StorageProblem.isOfFile(new IOException("Input/output error"))).isFalse();
  }

  @Test
  void isTheFiles_whereNoneCanBe(@TempDir Path folder) {
    assertThatThrownBy(() -> Storage.openLocal(folder.toString()))
        .isInstanceOf(NoFileException.class)
        .hasMessage("it is no regular file");
    assertThatThrownBy(() -> Storage.openLocal("bee\0.jpg"))
        .isInstanceOf(NoFileException.class)
        .hasMessageContaining("spark.executorEnv.LC_ALL=C.UTF-8");
  }
}
