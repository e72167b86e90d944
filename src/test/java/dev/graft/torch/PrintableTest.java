package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void replacesWhatMovesACursorOrTurnsText() {
    assertThat(Printable.of("\u001b[31mred\r\n\u0000\u007f\u009b")).isEqualTo("?[31mred?????");
    assertThat(Printable.of("a\u202eb\u200bc\u2028d\u2029e\ud800f\uffff"))
        .isEqualTo("a?b?c?d?e?f?");
    assertThat(Printable.of("größe 日本 \uD83D\uDE00")).isEqualTo("größe 日本 \uD83D\uDE00");
  }

  @Test
  void shortensNames_andCountsCharactersAsPeopleDo() {
    assertThat(Printable.of("x".repeat(120))).isEqualTo("x".repeat(120));
    assertThat(Printable.of("x".repeat(1 << 20))).isEqualTo("x".repeat(120) + "…");
    String smiles = "\uD83D\uDE00".repeat(120);
    assertThat(Printable.of(smiles)).isEqualTo(smiles);
    assertThat(Printable.of(smiles + "x")).isEqualTo(smiles + "…");
  }

  @Test
  void keepsTheLinesOfAMessage_andAllOfIt() {
    String tail = "x".repeat(500);
    assertThat(Printable.message("a\n  b\u001b[0m\r\n" + tail)).isEqualTo("a\n  b?[0m?\n" + tail);
  }
}
