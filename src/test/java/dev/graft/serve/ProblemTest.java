package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ProblemTest {
  @Test
  void isFoundBehindWhatFuturesAdd() {
    var problem = new Problem(Problem.TOO_LARGE, "Too large.");
    assertThat(Problem.of(problem)).isSameAs(problem);
    var wrapped = new CompletionException(new CompletionException(problem));
    assertThat(Problem.of(wrapped)).isSameAs(problem);
  }

  @Test
  void ofUnforeseenErrorsNoDetailsAreTold() {
    for (Throwable error :
        new Throwable[] {
          new IllegalStateException("a path: /home/someone/model.pt"),
          new CompletionException(new NullPointerException("a name")),
          new CompletionException("nothing behind it", null),
          new OutOfMemoryError("Java heap space"),
          new IllegalArgumentException(),
        }) {
      Problem problem = Problem.of(error);
      assertThat(problem.status()).isEqualTo(Problem.INTERNAL);
      assertThat(problem).hasMessage("The server failed; its log says why.");
    }
  }

  @Test
  void becomesAReply() throws IOException {
    Reply busy = Reply.of(new Problem(Problem.UNAVAILABLE, "Busy \"\n\u0000."));
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.headers()).containsEntry("Retry-After", "1");
    assertThat(busy.contentType()).isEqualTo("application/json");
    JsonNode json = new ObjectMapper().readTree(busy.body());
    assertThat(json.path("error").asText()).isEqualTo("Busy \"\n\u0000.");

    Reply unknown = Reply.of(new Problem(Problem.UNAUTHORIZED, "Send it."));
    assertThat(unknown.headers()).containsEntry("WWW-Authenticate", "Bearer");
    assertThat(Reply.of(new Problem(Problem.NOT_FOUND, "No.")).headers()).isEmpty();
  }
}
