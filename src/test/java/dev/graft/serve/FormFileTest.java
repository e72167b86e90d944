package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormFileTest {
  private static final String TYPE = "multipart/form-data; boundary=x";

  private static String part(String disposition, String content) {
    return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
  }

  private static byte[] of(String type, String form) {
    return FormFile.of(type, form.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void findsTheFileAmongFields() {
    String form =
        part("name=\"a\"", "field")
            + part("name=\"b\"; filename=\"ant.jpg\"", "\u0000\u00ff\r\n-x\r\n--y")
            + "--x--\r\n";
    byte[] expected = "\u0000\u00ff\r\n-x\r\n--y".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(of(TYPE, form)).isEqualTo(expected);
    assertThat(of("Multipart/Form-Data; charset=utf-8; boundary=\"x\"", form)).isEqualTo(expected);
  }

  @Test
  void takesLargeFilesAndEmptyOnes() {
    String large = "b".repeat(3_000_000);
    assertThat(of(TYPE, part("name=f; filename=a", large) + "--x--")).hasSize(large.length());
    assertThat(of(TYPE, part("name=f; filename=a", "") + "--x--")).isEmpty();
  }

  @Test
  void wantsOneFile() {
    String file = part("name=f; filename=a", "1");
    assertThatThrownBy(() -> of(TYPE, file + file + "--x--"))
        .hasMessage("The form has 2 files; send one a request.");
    assertThatThrownBy(() -> of(TYPE, part("name=f", "1") + "--x--"))
        .hasMessage("The form has 0 files; send one a request.");
    assertThatThrownBy(() -> of(TYPE, "--x--\r\n"))
        .hasMessage("The form has 0 files; send one a request.");
  }

  @Test
  void thousandsOfPartsAndHugeHeadersAreRefused() {
    assertRefused(TYPE, part("name=f", "1").repeat(5000) + "--x--");
    assertRefused(TYPE, part("name=f; filename=" + "a".repeat(100_000), "1") + "--x--");
    assertRefused(TYPE, "--x\r\n" + "A: b\r\n".repeat(100_000) + "\r\n--x--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "--x", "--x\r\n", "--x\r\n\r\n", "--y\r\n\r\n\r\n--y--"})
  void damagedFormsAreRefused(String form) {
    assertRefused(TYPE, form);
  }

  @Test
  void aFormThatIsCutAnywhereIsRefused() {
    String whole = part("name=f; filename=a", "content") + "--x--";
    for (int length = 0; length < whole.length(); length++) {
      assertRefused(TYPE, whole.substring(0, length));
    }
  }

  @Test
  void aTypeWithoutABoundaryIsRefused() {
    assertRefused("multipart/form-data", part("name=f; filename=a", "1") + "--x--");
    assertRefused("multipart/form-data; boundary=", part("name=f; filename=a", "1") + "--x--");
  }

  private static void assertRefused(String type, String form) {
    assertThatThrownBy(() -> of(type, form))
        .as(Arrays.toString(form.substring(0, Math.min(99, form.length())).split("\n")))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(Problem.BAD_REQUEST));
  }
}
