package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final StatusLine line = new StatusLine(terminal, 20, true);
  private final PrintStream above = line.above(StandardCharsets.UTF_8);

  /** What a person sees: a carriage return and "clear" begin the line again. */
  private String screen() {
    String text = bytes.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[\\?7[lh]", "");
    return text.replaceAll("[^\n]*\r\u001b\\[K", "");
  }

  @Test
  void whatIsPrintedMeanwhileStandsOnLinesOfItsOwn() {
    line.show("one");
    above.println("A warning.");
    line.show("two");
    assertThat(screen()).isEqualToNormalizingNewlines("A warning.\ntwo");
    line.clear();
    assertThat(screen()).isEqualToNormalizingNewlines("A warning.\n");
  }

  @Test
  void anUnfinishedLineIsNotOverwritten() {
    line.show("one");
    above.print("Half");
    line.show("two");
    above.println(" a line, in Übersee.");
    line.show("three");
    assertThat(screen()).isEqualToNormalizingNewlines("Half a line, in Übersee.\nthree");
  }

  @Test
  void theTerminalNeitherWrapsTheTextNorIsLeftNotWrapping() {
    line.show("0123456789012345678901234567890123456789");
    assertThat(screen()).isEqualTo("01234567890123456");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\u001b[?7h");
  }

  @Test
  void nothingIsWrittenWhereNothingWasShown() {
    line.clear();
    above.flush();
    assertThat(bytes.size()).isZero();
  }

  @Test
  void aBarIsOfBlocksWhereTheTerminalHasThem() {
    assertThat(line.bar(4, 0.5)).isEqualTo("██░░");
    assertThat(new StatusLine(terminal, 20, false).bar(4, 0.5)).isEqualTo("##..");
    assertThat(line.bar(4, 1)).isEqualTo("████");
  }
}
