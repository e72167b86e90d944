package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HubProxyTest {
  private static final URI SECURE = URI.create("https://download.pytorch.org/models/");
  private static final URI PLAIN = URI.create("http://weights.example/models/");

  @Test
  void takesTheVariableOfTheScheme_smallLettersFirst() {
    Map<String, String> both =
        Map.of("https_proxy", "http://a:1", "HTTPS_PROXY", "http://b:2", "HTTP_PROXY", "c:3");

    assertThat(proxy(both, SECURE)).isEqualTo("a:1");
    assertThat(proxy(both, PLAIN)).isEqualTo("c:3");
    assertThat(proxy(Map.of("https_proxy", "", "HTTPS_PROXY", "b:2"), SECURE)).isEqualTo("direct");
    assertThat(proxy(Map.of(), SECURE)).isEqualTo("direct");
    assertThat(proxy(Map.of("https_proxy", "http://a/"), SECURE)).isEqualTo("a:80");
    assertThat(proxy(Map.of("https_proxy", " http://[::2]:8080/ "), SECURE))
        .isEqualTo("[0:0:0:0:0:0:0:2]:8080");
  }

  @Test
  void goesDirectly_whereNoProxyOrTheMachineItselfIsMeant() {
    for (String list :
        new String[] {"*", "x, pytorch.org", ".pytorch.org", "DOWNLOAD.pytorch.org"}) {
      Map<String, String> variables = Map.of("https_proxy", "a:1", "no_proxy", list);
      assertThat(proxy(variables, SECURE)).as(list).isEqualTo("direct");
    }
    for (String list : new String[] {"torch.org", "pytorch", ",", "download"}) {
      Map<String, String> variables = Map.of("https_proxy", "a:1", "NO_PROXY", list);
      assertThat(proxy(variables, SECURE)).as(list).isEqualTo("a:1");
    }
    for (String host : new String[] {"localhost", "127.0.0.1", "[::1]"}) {
      URI address = URI.create("http://" + host + ":80/");
      assertThat(proxy(Map.of("http_proxy", "a:1"), address)).as(host).isEqualTo("direct");
    }
  }

  @Test
  void refusesValues_thatAreNoProxy_withoutShowingPasswords() {
    for (String value : new String[] {"https://a:1", "socks5://a:1", "a:0", "a:65536", "a:1/x"}) {
      assertThatThrownBy(() -> proxy(Map.of("https_proxy", value), SECURE))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("the environment variable https_proxy names: " + value)
          .hasMessageContaining("http://HOST:PORT");
    }
    assertThatThrownBy(() -> proxy(Map.of("https_proxy", "http://me:secret@a:1"), SECURE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("a user's name, which graft cannot send")
        .message()
        .doesNotContain("secret");
  }

  private static String proxy(Map<String, String> variables, URI address) {
    var proxy = new HubProxy(variables);
    String shown = proxy.describe(address).orElse("direct");
    assertThat(proxy.select(address))
        .singleElement()
        .extracting(Proxy::type)
        .isEqualTo(shown.equals("direct") ? Proxy.Type.DIRECT : Proxy.Type.HTTP);
    return shown;
  }
}
