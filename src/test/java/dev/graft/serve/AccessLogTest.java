package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccessLogTest {
  @Test
  void whatClientsSendStaysOnItsLine() throws IOException {
    String hostile = "a\r\n{\"status\":200}\u001b[2J\u009b2J\u2028\u202e\u0000\"\\";
    String line = AccessLog.json(Map.of("agent", hostile));

    assertThat(line).matches("[ -~]*");
    assertThat(new ObjectMapper().readTree(line).path("agent").asText()).isEqualTo(hostile);
  }

  @Test
  void longTextsAreShortened() {
    assertThat(AccessLog.shortened("a".repeat(200))).hasSize(200);
    assertThat(AccessLog.shortened("a".repeat(10_000))).hasSize(203).endsWith("a...");
  }
}
