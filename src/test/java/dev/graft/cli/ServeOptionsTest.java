package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.predict.PredictorConfig;
import dev.graft.serve.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ServeOptionsTest {
  private static ServerConfig listen(String... args) {
    var options = new ListenOptions();
    new CommandLine(options).parseArgs(args);
    return options.config(System.out);
  }

  private static PredictorConfig predictor(String... args) {
    var options = new PredictorOptions();
    new CommandLine(options).parseArgs(args);
    var compute = new ComputeOptions();
    new CommandLine(compute).parseArgs("--device", "cpu", "--precision", "FP32");
    return options.config(compute);
  }

  @Test
  void optionsReachTheServer(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "\n a-secret-token \r\n");
    ServerConfig config =
        listen(
            "--host=::1",
            "--port=0",
            "--max-body=7",
            "--max-requests=9",
            "--grace=3",
            "--token-file=" + token);
    assertThat(config.host()).isEqualTo("::1");
    assertThat(config.maxBody()).isEqualTo(7 << 20);
    assertThat(config.maxRequests()).isEqualTo(9);
    assertThat(config.grace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.token()).isEqualTo("a-secret-token");
    assertThat(listen("--max-body=2047").maxBody()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "--max-body=0, --max-body is 0",
    "--max-body=2048, --max-body is 2048",
    "--max-body=-5, --max-body is -5",
    "--max-requests=0, maxRequests is 0",
    "--port=65536, port is 65536",
    "--port=-1, port is -1",
    "--grace=-1, must not be negative",
    "--tls-cert=a.pem, --tls-cert and --tls-key belong together",
    "--tls-key=a.key, --tls-cert and --tls-key belong together",
    "--token-file=nowhere, Cannot read nowhere",
  })
  void saysWhatIsWrongWithTheNetwork(String option, String message) {
    assertThatThrownBy(() -> listen(option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void optionsReachThePredictor() {
    PredictorConfig config =
        predictor(
            "--workers=3",
            "--threads=2",
            "--max-batch=5",
            "--max-wait=7",
            "--queue=9",
            "--deadline=0.5",
            "--max-pixels=11");
    assertThat(config.workers()).isEqualTo(3);
    assertThat(config.threadsPerWorker()).isEqualTo(2);
    assertThat(config.maxBatch()).isEqualTo(5);
    assertThat(config.maxWait()).isEqualTo(Duration.ofMillis(7));
    assertThat(config.queueCapacity()).isEqualTo(9);
    assertThat(config.deadline()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.maxPixels()).isEqualTo(11);
    assertThat(predictor("--deadline=0.0000001").deadline()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void workersShareTheProcessors_whereNobodySaysHowMany() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(predictor().workers()).isEqualTo(processors);
    assertThat(predictor().threadsPerWorker()).isEqualTo(1);
    assertThat(predictor("--threads=" + processors).workers()).isEqualTo(1);
    assertThat(predictor("--threads=1000").workers()).isEqualTo(1);
    assertThat(predictor("--workers=1").threadsPerWorker()).isEqualTo(1);
  }

  @Test
  void limitsTheThreadsOfAllWorkers() {
    assertThat(predictor("--workers=4", "--threads=256").threadsPerWorker()).isEqualTo(256);
    assertThatThrownBy(() -> predictor("--workers=5", "--threads=256"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers times threadsPerWorker is 1280; it must be between 1 and 1024.");
  }

  @ParameterizedTest
  @CsvSource({
    "--workers=0, workers is 0",
    "--threads=0, threadsPerWorker is 0",
    "--threads=-1, threadsPerWorker is -1",
    "--threads=1025, threadsPerWorker is 1025",
    "--max-batch=0, maxBatch is 0",
    "--max-batch=1025, maxBatch is 1025",
    "--max-wait=-1, maxWait is PT-0.001S",
    "--queue=0, queueCapacity is 0",
    "--deadline=0, --deadline is 0.0",
    "--deadline=-1, --deadline is -1.0",
    "--deadline=NaN, --deadline is NaN",
    "--deadline=Infinity, --deadline is Infinity",
    "--max-pixels=0, maxPixels is 0",
    "--max-pixels=2147483647, maxPixels is 2147483647",
  })
  void saysWhatIsWrongWithThePredictor(String option, String message) {
    assertThatThrownBy(() -> predictor(option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
