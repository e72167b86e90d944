package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
  private static final ServerConfig DEFAULTS = ServerConfig.defaults();

  @Test
  void whatIsChangedIsTheRestOfTheCopy() {
    ServerConfig config =
        DEFAULTS
            .on("::1", 65_535)
            .withLimits(1, 1)
            .withSecurity("12345678", null)
            .withGrace(Duration.ZERO);
    assertThat(config)
        .usingRecursiveComparison()
        .isEqualTo(
            new ServerConfig(
                "::1", 65_535, 1, 1, "12345678", null, Duration.ZERO, DEFAULTS.accessLog()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void portsHaveARange(int port) {
    assertThatThrownBy(() -> DEFAULTS.on("localhost", port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port is " + port + "; it must be between 0 and 65535.");
  }

  @ParameterizedTest
  @CsvSource({"0, 1, maxBody", "-1, 1, maxBody", "2147483647, 1, maxBody", "1, 0, maxRequests"})
  void limitsArePositive(int body, int requests, String name) {
    assertThatThrownBy(() -> DEFAULTS.withLimits(body, requests)).hasMessageStartingWith(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void theHostIsNotBlank(String host) {
    assertThatThrownBy(() -> DEFAULTS.on(host, 0)).hasMessageContaining("The host is blank");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1234567", "with space", "with\nline", "umlaut-\u00e4\u00e4\u00e4"})
  void tokensAreLongAndPrintable(String token) {
    assertThatThrownBy(() -> DEFAULTS.withSecurity(token, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage( // without the token
            "The token must have at least 8 characters, printable ASCII without spaces.");
  }

  @Test
  void theGraceIsNotNegative() {
    assertThatThrownBy(() -> DEFAULTS.withGrace(Duration.ofNanos(-1)))
        .hasMessageContaining("must not be negative");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "::1, true",
    "localhost, true",
    "0.0.0.0, false",
    "::, false",
    "192.168.1.1, false",
    "localhost.example, false",
  })
  void tellsWhoReachesIt(String host, boolean loopback) {
    assertThat(DEFAULTS.on(host, 0).isLoopback()).isEqualTo(loopback);
  }
}
