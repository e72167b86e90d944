package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCoresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local                  |    | 1",
        "local[4]               |    | 4",
        "local[3,2]             |    | 3",
        "local[*]               |    | 0",
        "local[*,2]             |    | 0",
        "local[2]               | 8  | 2",
        "local-cluster[2,1,1024]|    | 1",
        "local-cluster[2,4,1024]|    | 4",
        "local-cluster[2,4,1024]| 2  | 2",
        "spark://host:7077      |    | 0",
        "spark://host:7077      | 16 | 16",
        "yarn                   |    | 1",
        "yarn                   | 5  | 5",
        "k8s://https://host     |    | 1",
        "spark://host:7077      | no | 0",
      })
  void followsSparksRules(String master, String asked, int cores) {
    assertThat(ExecutorCores.of(master, asked)).isEqualTo(cores);
  }
}
