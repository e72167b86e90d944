package dev.graft.serve;

import dev.graft.torch.IoProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTPS of a certificate and a key in PEM files. */
final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  /** A key file does not tell which of these it is for. */
  private static final String[] ALGORITHMS = {"RSA", "EC", "EdDSA"};

  private Tls() {}

  static ServerConnector connector(Server server, HttpConfiguration http, ServerConfig.Tls files) {
    var https = new HttpConfiguration(http);
    var customizer = new SecureRequestCustomizer();
    customizer.setSniHostCheck(false); // the certificate is the client's to check
    https.addCustomizer(customizer);
    var ssl = new SslContextFactory.Server();
    ssl.setKeyStore(keyStore(files));
    ssl.setKeyStorePassword("");
    return new ServerConnector(server, ssl, new HttpConnectionFactory(https));
  }

  static KeyStore keyStore(ServerConfig.Tls files) {
    Certificate[] chain = certificates(files.certificate());
    PrivateKey key = key(files.key());
    requirePair(chain[0], key, files);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("graft", key, new char[0], chain);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "%s and %s cannot be used together: %s."
              .formatted(files.certificate(), files.key(), e.getMessage()),
          e);
    }
  }

  /** Signs with one and verifies with the other: clients would find out only when they connect. */
  private static void requirePair(Certificate certificate, PrivateKey key, ServerConfig.Tls files) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = "graft".getBytes(StandardCharsets.US_ASCII);
    boolean fits;
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      fits = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      fits = false;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "The key in %s does not belong to the first certificate in %s. Pass the one it was made for."
              .formatted(files.key(), files.certificate()));
    }
  }

  private static Certificate[] certificates(Path file) {
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(read(file).getBytes(StandardCharsets.US_ASCII)))
              .toArray(Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          file + " holds no certificates in PEM: " + e.getMessage() + ".", e);
    }
    throw new IllegalArgumentException(file + " holds no certificate in PEM.");
  }

  private static PrivateKey key(Path file) {
    Matcher pem = KEY.matcher(read(file));
    if (pem.find()) {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      for (String algorithm : ALGORITHMS) {
        Optional<PrivateKey> key = key(algorithm, encoded);
        if (key.isPresent()) {
          return key.get();
        }
      }
    }
    throw new IllegalArgumentException(
        "%s holds no private key of RSA, EC or EdDSA in plain PKCS #8. Convert it: openssl pkcs8 -topk8 -nocrypt -in %s -out key.pem"
            .formatted(file, file));
  }

  private static Optional<PrivateKey> key(String algorithm, byte[] encoded) {
    try {
      KeyFactory factory = KeyFactory.getInstance(algorithm);
      return Optional.of(factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException otherAlgorithm) {
      return Optional.empty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read " + file + ": " + IoProblem.of(e) + ".", e);
    }
  }
}
