package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM files of keys and certificates that the JDK's keytool made. */
@Timeout(120)
class TlsTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private static Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    make("RSA");
    make("EC");
    make("Ed25519");
    make("DSA");
    String text = Files.readString(folder.resolve("RSA.key"));
    write("encrypted.key", text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    write("old.key", text.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    write("cut.key", text.substring(0, text.length() / 2));
    write("wrong.key", text.replace("MI", "MA"));
    write("crlf.key", "a comment\n" + text.replace("\n", "\r\n"));
    write("empty.key", "");
    write("text.pem", "no certificate");
    write("empty.pem", "");
    write("cut.pem", Files.readString(folder.resolve("RSA.pem")).substring(0, 300));
    write(
        "chain.pem",
        Files.readString(folder.resolve("RSA.pem")) + Files.readString(folder.resolve("EC.pem")));
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static void make(String algorithm) throws Exception {
    make(algorithm, algorithm);
  }

  private static void make(String name, String algorithm) throws Exception {
    Path file = folder.resolve(name + ".p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keystore",
            file.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            String.valueOf(PASSWORD),
            "-keyalg",
            algorithm,
            "-alias",
            "server",
            "-dname",
            "CN=localhost");
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    keytool.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    write(name + ".key", pem("PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
    write(name + ".pem", pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
  }

  private static String pem(String what, byte[] encoded) {
    var base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, base64.encodeToString(encoded), what);
  }

  private static KeyStore store(String certificate, String key) {
    return Tls.keyStore(new ServerConfig.Tls(folder.resolve(certificate), folder.resolve(key)));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA.pem, RSA.key, 1",
    "EC.pem, EC.key, 1",
    "Ed25519.pem, Ed25519.key, 1",
    "RSA.pem, crlf.key, 1",
    "chain.pem, RSA.key, 2",
  })
  void takesKeysOfEveryKind(String certificate, String key, int length)
      throws GeneralSecurityException {
    KeyStore store = store(certificate, key);
    assertThat(store.getCertificateChain("graft")).hasSize(length);
    assertThat(store.getKey("graft", new char[0])).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encrypted.key",
        "old.key",
        "cut.key",
        "wrong.key",
        "empty.key",
        "RSA.pem",
        "DSA.key"
      })
  void saysHowAKeyIsConverted(String key) {
    assertThatThrownBy(() -> store("RSA.pem", key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve(key) + " holds no private key")
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text.pem", "empty.pem", "cut.pem", "RSA.key"})
  void saysWhatIsNoCertificate(String certificate) {
    assertThatThrownBy(() -> store(certificate, "RSA.key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve(certificate) + " holds no certificate");
  }

  @ParameterizedTest
  @CsvSource({"RSA.pem, EC.key", "EC.pem, RSA.key", "Ed25519.pem, EC.key", "RSA.pem, Ed25519.key"})
  void saysThatKeyAndCertificateAreOfTwo(String certificate, String key) {
    assertThatThrownBy(() -> store(certificate, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(certificate, key, "does not belong to");
  }

  @Test
  void anotherKeyOfTheSameKindIsRefused() throws Exception {
    make("X", "RSA");
    assertThatThrownBy(() -> store("RSA.pem", "X.key"))
        .hasMessageContainingAll("RSA.pem", "X.key", "does not belong to");
  }

  @Test
  void saysWhichFileIsMissing() {
    assertThatThrownBy(() -> store("nowhere.pem", "RSA.key"))
        .hasMessageContainingAll("Cannot read", "nowhere.pem");
    assertThatThrownBy(() -> store("RSA.pem", "nowhere.key"))
        .hasMessageContainingAll("Cannot read", "nowhere.key");
  }
}
