package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class ShellWordsTest {
  static boolean hasBash() {
    return java.nio.file.Files.isExecutable(java.nio.file.Path.of("/bin/bash"));
  }

  @Test
  void onlyWhatNeedsItIsQuoted() {
    assertThat(ShellWords.quote("/data/a-b_1.2=x,y")).isEqualTo("/data/a-b_1.2=x,y");
    assertThat(ShellWords.quote("layer4.*")).isEqualTo("'layer4.*'");
    assertThat(ShellWords.quote("")).isEqualTo("''");
    assertThat(ShellWords.quote("it's")).isEqualTo("'it'\\''s'");
    assertThat(ShellWords.quote("a\nb\\'é")).isEqualTo("$'a\\012b\\\\\\'\\303\\251'");
  }

  @Test
  @EnabledIf("hasBash")
  void aShellReadsTheWordsBack() throws IOException, InterruptedException {
    List<String> words =
        List.of(
            "plain", "two words", "it's", "$HOME `id` \"q\"", "a\nb\u0007c", "ü \u202e", "~", "");
    String line = words.stream().map(ShellWords::quote).reduce("", (a, b) -> a + " " + b);
    var process = new ProcessBuilder("/bin/bash", "-c", "printf '%s\\0' " + line);
    process.environment().put("LC_ALL", "C.UTF-8");
    Process shell = process.start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(read).isEqualTo(String.join("\0", words) + "\0");
  }
}
