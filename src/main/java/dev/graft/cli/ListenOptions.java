package dev.graft.cli;

import dev.graft.serve.ServerConfig;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options of {@code graft serve} about the network. */
final class ListenOptions {
  private static final int MEBIBYTE = 1 << 20;
  private static final int MOST_MEBIBYTES = 2047;

  @Option(
      names = "--host",
      description = "The address to listen on; 0.0.0.0 is every one that this machine has.")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "The port to listen on; 0 is any that is free.")
  private int port = 8080;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Clients must send this file's content: Authorization: Bearer TOKEN. Or set GRAFT_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Serve HTTPS: the certificate chain in PEM, with --tls-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key in PEM (PKCS #8, not encrypted).")
  private @Nullable Path key;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      description = "How large a request may be; larger ones get 413.")
  private int maxBody = 32;

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      description = "Requests that may be in progress; more get 503 at once.")
  private int maxRequests = 512;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      description = "How long requests in progress may take when the server stops.")
  private int grace = 20;

  @Option(
      names = "--no-access-log",
      negatable = true,
      showDefaultValue = Visibility.NEVER,
      description = "Write no line a request to stdout.")
  private boolean accessLog = true;

  ServerConfig config(PrintStream log) {
    if (maxBody < 1 || maxBody > MOST_MEBIBYTES) {
      throw new IllegalArgumentException(
          "--max-body is %d; it must be between 1 and %d.".formatted(maxBody, MOST_MEBIBYTES));
    }
    ServerConfig config =
        ServerConfig.defaults()
            .on(host, port)
            .withLimits(maxBody * MEBIBYTE, maxRequests)
            .withSecurity(token(), tls())
            .withGrace(Duration.ofSeconds(grace));
    return accessLog ? config.withAccessLog(log::println) : config;
  }

  private ServerConfig.@Nullable Tls tls() {
    if (certificate == null && key == null) {
      return null;
    } else if (certificate == null || key == null) {
      throw new IllegalArgumentException("--tls-cert and --tls-key belong together; pass both.");
    }
    return new ServerConfig.Tls(certificate, key);
  }

  /** Never an argument: anyone on the machine could read it in the list of processes. */
  private @Nullable String token() {
    if (tokenFile == null) {
      return System.getenv("GRAFT_TOKEN");
    }
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Cannot read " + tokenFile + ": " + IoProblem.of(e) + ".", e);
    }
  }
}
