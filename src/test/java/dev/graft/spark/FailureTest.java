package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void failsTheTask_butHidesTheErrorFromSpark_whereMemoryIsShort() {
    var error = new OutOfMemoryError("Cannot reserve 308281344 bytes of direct buffer memory");

    assertThatThrownBy(() -> Failure.toValue("bee.jpg", new CompletionException(error)))
        .isInstanceOf(IllegalStateException.class)
        .hasNoCause() // Spark looks for such errors there, and would end the process
        .hasMessageStartingWith("No memory to answer bee.jpg: Cannot reserve 308281344 bytes")
        .hasMessageContaining("Lower maxBatch");
  }

  @Test
  void isAValue_whereTheImageIsToBlame() {
    var missing = new UnreadableImageException("Cannot read bee.jpg: it is gone.", false);

    assertThat(Failure.toValue("bee.jpg", new CompletionException(missing)))
        .isEqualTo("Cannot read bee.jpg: it is gone.");
  }

  @Test
  void failsTheTask_whereTheImageIsNot() {
    var closed = new CompletionException(new IllegalStateException("The predictor is closed."));

    assertThatThrownBy(() -> Failure.toValue("bee.jpg", closed)).isSameAs(closed);
  }
}
