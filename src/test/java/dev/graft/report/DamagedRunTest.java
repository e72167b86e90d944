package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.train.RecordedRun;
import dev.graft.train.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page must not show zeros for numbers that are not there, nor fail halfway. */
class DamagedRunTest {
  private static final String PHASE =
      "{'epoch':0,'phase':'val','loss':0.5,'acc':0.5,'lr':0.1,'images':2,'seconds':1}";
  private static final String ANSWER =
      "{'file':'a.jpg','label':'ants','class':'bees','probability':0.9,'loss':2.0,'in_top5':true}";
  private static final String SPREAD = "{'smallest':1,'median':2,'largest':3}";
  private static final String DATA =
      "{'classes':['ants','bees'],'splits':[{'name':'train','class_sizes':[1,2],'widths':"
          + SPREAD
          + ",'heights':"
          + SPREAD
          + ",'file_bytes':"
          + SPREAD
          + ",'formats':{'jpeg':3}}],'findings':[{'kind':'leakage','message':'m','files':[]}]}";

  @TempDir Path folder;

  @BeforeEach
  void makeRun() throws IOException {
    new RunOnDisk(folder, List.of("ants", "bees"));
    write("metrics.jsonl", PHASE);
    write("validation.jsonl", ANSWER);
    write("data.json", DATA);
    RecordedRun.read(folder); // all of it is as it should be
  }

  private void write(String name, String quoted) throws IOException {
    Files.writeString(folder.resolve(name), quoted.replace('\'', '"'));
  }

  private void isRefused(String name) {
    assertThatThrownBy(() -> RecordedRun.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("Cannot read " + folder.resolve(name) + ": ")
        .hasMessageEndingWith("It is damaged, or of another version of graft.")
        .hasMessageNotContainingAny("dev.graft", "null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "null",
        "{'epo",
        "{'epoch':0,'phase':'val','acc':0.5,'lr':0.1,'images':2,'seconds':1}",
        "{'epoch':0,'phase':'val','loss':'NaN','acc':0.5,'lr':0.1,'images':2,'seconds':1}",
        "{'epoch':0,'phase':'val','loss':0.5,'acc':7,'lr':0.1,'images':2,'seconds':1}",
        "{'epoch':0,'phase':'features','loss':1,'acc':1,'lr':0.1,'images':2,'seconds':1}"
      })
  void aLineThatIsNoPhasesResult(String line) throws IOException {
    write("metrics.jsonl", PHASE + "\n" + line);
    isRefused("metrics.jsonl");
  }

  @Test
  void bytesThatAreNoText() throws IOException {
    Files.write(folder.resolve("metrics.jsonl"), "\u00ff".getBytes(StandardCharsets.ISO_8859_1));
    isRefused("metrics.jsonl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "{'file':'a.jpg','label':'ants','class':'wasps','probability':0.9,'loss':2.0}",
        "{'file':'a.jpg','label':'ants','class':'bees','loss':2.0}",
        "{'file':'a.jpg','label':'ants','class':'bees','probability':'NaN','loss':2.0}",
        "{'file':'a.jpg','label':'ants','class':'bees','probability':7,'loss':2.0}",
        "{'label':'ants','class':'bees','probability':0.9,'loss':2.0}"
      })
  void aLineThatIsNoAnswer(String line) throws IOException {
    write("validation.jsonl", ANSWER + "\n" + line);
    isRefused("validation.jsonl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'class_sizes':[1,2],",
        "'widths':{'smallest':1,'median':2,'largest':3},",
        "'name':'train',",
        "'kind':'leakage',",
        "'message':'m',",
        "'classes':['ants','bees'],",
        ",2"
      })
  void dataWithoutAPart(String part) throws IOException {
    write("data.json", DATA.replace(part, ""));
    isRefused("data.json");
  }
}
