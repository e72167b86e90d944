package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;

class ServerExceptionTest {
  private static final ServerConfig CONFIG = ServerConfig.defaults().on("nowhere.invalid", 8080);

  private static RuntimeException of(Throwable cause) {
    return ServerException.of(new RuntimeException(new IOException(cause)), CONFIG);
  }

  @Test
  void saysWhereItCannotListenAndWhy() {
    assertThat(of(new BindException("Address already in use")))
        .isInstanceOf(ServerException.class)
        .hasMessageStartingWith(
            "Cannot listen on nowhere.invalid port 8080: Address already in use.");
    assertThat(of(new UnresolvedAddressException()))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("this name has no address");
  }

  @Test
  void whatIsWrongWithAFileStaysAsItIs() {
    var wrong = new IllegalArgumentException("a.key holds no private key.");
    assertThat(of(wrong)).isSameAs(wrong);
    var other = new IllegalStateException();
    assertThat(ServerException.of(other, CONFIG)).isSameAs(other);
  }
}
