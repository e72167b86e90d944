package dev.graft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.predict.PredictorConfig;
import dev.graft.serve.ModelServer;
import dev.graft.serve.ServedModel;
import dev.graft.serve.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command by which Docker asks whether the service is well. */
@Timeout(60)
class HealthCheckNativeTest {
  @TempDir private Path folder;

  /** The command of the Dockerfile, asking another port. */
  private static List<String> command(int port) throws IOException {
    String dockerfile = Files.readString(Path.of("Dockerfile"));
    String json = dockerfile.replaceFirst("(?s).*\nHEALTHCHECK [^\\[]*(\\[[^\n]*\\])\n.*", "$1");
    assertThat(json).contains("/8080 ");
    return List.of(
        new ObjectMapper().readValue(json.replace("/8080 ", "/" + port + " "), String[].class));
  }

  private static int exitCode(int port) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(port)).redirectErrorStream(true).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void tellsAServiceThatAnswersFromNone() throws Exception {
    Path file = TinyWorld.save(folder.resolve("model.pt"));
    ServedModel model = ServedModel.load("colours", file, PredictorConfig.defaults());
    int port;
    try (ModelServer server =
        ModelServer.start(List.of(model), ServerConfig.defaults().on("127.0.0.1", 0))) {
      port = URI.create(server.url()).getPort();
      assertThat(exitCode(port)).isZero();
    }
    assertThat(exitCode(port)).isEqualTo(1);
  }
}
