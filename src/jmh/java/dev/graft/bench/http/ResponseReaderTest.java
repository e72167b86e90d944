package dev.graft.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {
  private static final String RESPONSE =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\ncontent-length: 6\r\n\r\na\r\n\r\nb";

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void howeverTheBytesCome() throws IOException {
    var reader = new ResponseReader();
    for (int cut = 1; cut < RESPONSE.length(); cut++) {
      reader.clear();

      assertThat(reader.accept(bytes(RESPONSE.substring(0, cut)))).isFalse();
      assertThat(reader.accept(bytes(RESPONSE.substring(cut)))).isTrue();
      Answer answer = reader.answer(2_000_000, 0);
      assertThat(answer).hasToString("503 a\r\n\r\nb");
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(answer.header("Date")).isEmpty();
      assertThat(answer.millis()).isEqualTo(2);
    }
  }

  @Test
  void byteByByteAndWithoutABody() throws IOException {
    var reader = new ResponseReader();
    String response = "HTTP/1.1 204 No\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n";
    for (int i = 0; i < response.length(); i++) {
      boolean whole = reader.accept(bytes(response.substring(i, i + 1)));
      assertThat(whole).isEqualTo(i == response.length() - 1);
    }
    assertThat(reader.isLast()).isTrue();
  }

  @Test
  void aBodyOfUnknownLengthIsAnError() {
    assertThatThrownBy(() -> new ResponseReader().accept(bytes("HTTP/1.1 200 OK\r\nA: b\r\n\r\n")))
        .isInstanceOf(ProtocolException.class);
  }
}
