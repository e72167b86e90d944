package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreArgumentsTest {
  @Test
  void readsOptions_asTwoWordsOrOne() {
    ScoreArguments read =
        ScoreArguments.parse(
            "--model=hdfs:///m=1.pt",
            "--images",
            "a",
            "--images=b",
            "--out",
            "o",
            "--no-embedding",
            "--max-batch=16");

    assertThat(read.model()).isEqualTo("hdfs:///m=1.pt");
    assertThat(read.images()).containsExactly("a", "b");
    assertThat(read.out()).isEqualTo("o");
    assertThat(read.embedding()).isFalse();
    assertThat(read.probabilities()).isFalse();
    assertThat(read.precision()).isEqualTo("fp32");
    assertThat(read.limits())
        .isEqualTo(new ScoreArguments.Limits(16, 0, 64_000_000, 128 << 20)); // USAGE says so too
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--images a --out o                           | Missing option --model.",
        "--model m --out o                            | Missing option --images.",
        "--model m --images a                         | Missing option --out.",
        "--model m --images a --out o --precision fp8 | --precision is fp8; it must be fp32, bf16, auto.",
        "--model m --images a --out o --overwrite     | Unknown option --overwrite.",
        "--model m --images a --out o --max-batch 0   | --max-batch is 0; it must be a number from 1 to 1024.",
        "--model m --images a --out o --workers -1    | --workers is -1; it must be a number from 0 to 1024.",
        "--model m --images a --out o --max-bytes 9g  | --max-bytes is 9g; it must be a number from 1 to 1073741824.",
        "--model m --images a --out run[1]            | --out is run[1], which Spark would read back as a pattern. Avoid {}[]*?\\ there.",
        "--model m --images a --out                   | Option --out needs a value.",
        "--model= --images a --out o                  | Option --model needs a value.",
        "photos                                       | Unknown option photos.",
      })
  void refusesWhatItCannotDo(String line, String message) {
    assertThatThrownBy(() -> ScoreArguments.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void needsNothing_toExplainItself() {
    assertThat(ScoreArguments.parse("--help").help()).isTrue();
  }
}
