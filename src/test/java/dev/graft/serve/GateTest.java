package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final byte[] TOKEN = "secret-token".getBytes(StandardCharsets.US_ASCII);

  @Test
  void knowsTheWholeTokenOnly() {
    assertThat(Gate.knows("Bearer secret-token", TOKEN)).isTrue();
    assertThat(Gate.knows(null, TOKEN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer secret-toke",
        "Bearer secret-tokens",
        "Bearer  secret-token",
        "Bearer secret-token ",
        "Bearer Secret-token",
        "bearer secret-token",
        "Basic secret-token",
        "secret-token",
        "Bearer secret-token, Bearer x",
        "Bearer \u017fecret-token",
      })
  void nothingElseIsTheToken(String authorization) {
    assertThat(Gate.knows(authorization, TOKEN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:1",
        "127.1.2.3",
        "[::1]:8080",
        "[::1]",
        "graft.localhost:8080"
      })
  void namesOfThisMachine(String host) {
    assertThat(Gate.isOfThisMachine(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080",
            "evillocalhost",
        "localhost:8080.evil.example", "user@localhost", "[::1].evil.example", "127.0.0.1x", "null"
      })
  void namesOfOthers(String host) {
    assertThat(Gate.isOfThisMachine(host)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    ",, true", // no browser
    "none,, true",
    "same-origin, http://localhost:8080, true",
    "same-origin, https://behind-a-proxy.example, true",
    "same-site, http://localhost:9999, false",
    "cross-site, http://localhost:8080, false",
    "cross-site,, false",
    ", http://localhost:8080, true",
    ", https://LOCALHOST:8080, true",
    ", http://localhost:9999, false",
    ", http://evil.example, false",
    ", null, false",
  })
  void pagesOfOthers(String site, String origin, boolean own) {
    assertThat(Gate.isOwnPage(site, origin, "localhost:8080")).isEqualTo(own);
  }
}
