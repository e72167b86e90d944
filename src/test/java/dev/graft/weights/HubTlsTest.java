package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from an https server whose certificate is made by the JDK's keytool. */
@Timeout(60)
class HubTlsTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String NAME = "tiny-00000000.pth";

  @TempDir Path dir;
  private HttpsServer server;
  private SSLContext context;

  @BeforeEach
  void start() throws Exception {
    KeyStore keys = keys();
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:9/models/" + NAME);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void refusesACertificateThatIsNotTrusted_andSaysWhereTrustIsSet() {
    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("Cannot download https://127.0.0.1:")
        .hasMessageContaining("no secure connection could be made (")
        .hasMessageContaining("-Djavax.net.ssl.trustStore=FILE")
        .hasMessageContaining("put it into " + dir + " as " + NAME);
  }

  @Test
  void doesNotFollowARedirect_fromHttpsToHttp() throws Exception {
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(context);
    try {
      assertThatThrownBy(this::fetch)
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(
              "answered with status 302, a redirect to http://127.0.0.1:9/models/")
          .hasMessageContaining("not followed since it leaves https");
    } finally {
      SSLContext.setDefault(before);
    }
    assertThat(dir.resolve(NAME)).doesNotExist();
  }

  private Path fetch() {
    URI address = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/models/");
    return new HubCache(dir, address, Map.of()).fetch(NAME, (bytes, total) -> {}, () -> false);
  }

  private KeyStore keys() throws Exception {
    Path store = dir.resolve("keys.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            String.valueOf(PASSWORD),
            "-keyalg",
            "RSA",
            "-alias",
            "server",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=ip:127.0.0.1");
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    keytool.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }
}
