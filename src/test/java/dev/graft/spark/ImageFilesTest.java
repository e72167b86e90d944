package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.fs.Path;
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

  @ParameterizedTest
  @CsvSource({
    "/photos, /photos/a/x.jpg, false",
    "/photos, /photos/.Trash/x.jpg, true",
    "/photos, /photos/_temporary/0/x.jpg, true",
    "/photos, /photos/_SUCCESS, true",
    "/_photos, /_photos/x.jpg, false", // it was named
    "/_photos/.x.jpg, /_photos/.x.jpg, false",
    "/photos/*, /photos/.Trash/x.jpg, true",
    "/_photos/*/x.jpg, /_photos/.Trash/x.jpg, true",
    "/.photos/*, /.photos/a/x.jpg, false",
    "/photos/[ab]/c, /photos/a/c/_d/x.jpg, true",
  })
  void leavesOutHiddenNames_unlessAPlaceNamesThem(String place, String file, boolean hidden) {
    int literal = ImageFiles.literalDepth(new Path(place));

    assertThat(ImageFiles.isHidden(new Path(file), literal)).isEqualTo(hidden);
  }
}
