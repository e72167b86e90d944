package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFilesTest {
  @ParameterizedTest
  @CsvSource({
    "10000, 2, 50", // 200 a task
    "300, 2, 9", // 37 a task
    "3, 2, 3",
    "1, 64, 1",
    "1000000, 4000, 16130", // 62 a task
    "2000000000, 1, 10000000",
  })
  void makesTasksOfSeconds_andSomeForEachCore(int files, int cores, int tasks) {
    assertThat(ImageFiles.tasks(files, cores)).isEqualTo(tasks);
  }
}
