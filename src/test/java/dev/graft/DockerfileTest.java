package dev.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the Dockerfile repeats stays as it is elsewhere. */
class DockerfileTest {
  private static String dockerfile() throws IOException {
    return Files.readString(Path.of("Dockerfile")).replace("\\\n", " ");
  }

  private static List<String> instructions(String name) throws IOException {
    return Pattern.compile("(?m)^" + name + " +(.*)$")
        .matcher(dockerfile())
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void itsVariablesAreThoseOfNativeEnv() throws IOException {
    List<String> expected =
        Files.readAllLines(Path.of("scripts/native.env")).stream()
            .filter(line -> line.matches("[A-Z_]+=.*"))
            .toList();
    List<String> variables =
        instructions("ENV").stream().flatMap(line -> Stream.of(line.trim().split(" +"))).toList();
    assertThat(variables).isNotEmpty().containsExactlyElementsOf(expected);
  }

  @Test
  void whatItCopiesIsThereAndNotIgnored() throws IOException {
    List<String> copied =
        instructions("COPY").stream()
            .filter(line -> !line.startsWith("--from"))
            .flatMap(line -> Stream.of(line.replaceFirst(" +[^ ]+$", "").split(" +")))
            .toList();
    List<String> ignored = Files.readAllLines(Path.of(".dockerignore"));
    assertThat(ignored.get(0)).isEqualTo("*");
    assertThat(copied).isNotEmpty().allSatisfy(path -> assertThat(Path.of(path)).exists());
    assertThat(ignored.stream().skip(1).map(line -> line.substring(1)))
        .containsExactlyInAnyOrderElementsOf(copied);
  }

  @Test
  void itStartsTheJarThatItBuilds() throws IOException {
    String jar =
        Pattern.compile("COPY --from=build \\S+ (\\S+)")
            .matcher(dockerfile())
            .results()
            .map(MatchResult::group)
            .map(line -> line.replaceFirst(".* ", ""))
            .findFirst()
            .orElseThrow();
    assertThat(instructions("ENTRYPOINT"))
        .singleElement()
        .asString()
        .startsWith("[\"java\", ") // no shell between the signal and Java
        .contains("\"-jar\", \"" + jar + "\", \"serve\"");
  }
}
