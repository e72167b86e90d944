package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PretrainingTest {
  @ParameterizedTest
  @CsvSource({
    "1, 10, 5, classes is 1",
    "10000, 10, 5, classes is 10000",
    "10, 0, 5, images is 0",
    "10, 10000, 5, images is 10000",
    "10, 10, 0, epochs is 0"
  })
  void numbersOutOfRangeAreRefused(int classes, int images, int epochs, String message) {
    assertThatThrownBy(() -> new Pretraining(Path.of("out"), 0, classes, images, epochs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void countsTheValidationPicturesToo() {
    assertThat(new Pretraining(Path.of("out"), 0, 10, 150, 5).pictures()).isEqualTo(1650);
    assertThat(new Pretraining(Path.of("out"), 0, 10, 5, 5).pictures()).isEqualTo(60);
  }
}
