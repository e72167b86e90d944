package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestTest {
  private static final int DEEP = 200_000;

  private static InferRequest parse(String json) {
    byte[] body = (json + "bytes that follow").getBytes(StandardCharsets.UTF_8);
    return InferRequest.parse(body, json.getBytes(StandardCharsets.UTF_8).length);
  }

  private static InferRequest withData(String data) {
    return parse(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":"
            + data
            + "}]}");
  }

  private static TensorData data(String data) {
    return withData(data).inputs().get(0).data();
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(Problem.BAD_REQUEST))
        .message()
        .contains(message)
        .doesNotContain("dev.graft", "java.");
  }

  @Test
  void readsWhatTheProtocolHas() {
    InferRequest request =
        parse(
            """
            {"id": "7", "parameters": {"binary_data_output": true, "priority": 3},
             "inputs": [{"name": "images", "shape": [1, 3, 2, 2], "datatype": "FP32",
                         "parameters": {"binary_data_size": 48}, "more": {"a": [1]}}],
             "outputs": [{"name": "logits", "parameters": {"classification": 2}},
                         {"name": "label", "parameters": {"binary_data": false}}], "other": null}""");
    assertThat(request.id()).isEqualTo("7");
    InferRequest.Input input = request.inputs().get(0);
    assertThat(input.shape()).containsExactly(1L, 3L, 2L, 2L);
    assertThat(input.size()).isEqualTo(12);
    assertThat(input.binarySize()).isEqualTo(48);
    assertThat(input.data()).isNull();
    assertThat(request.outputs().get(0).parameters().classification()).isEqualTo(2);
    assertThat(request.isBinary(request.outputs().get(0))).isTrue();
    assertThat(request.isBinary(request.outputs().get(1))).isFalse();
  }

  @Test
  void whatIsMissingHasAValue() {
    InferRequest request = parse("{\"inputs\": null, \"outputs\": [{\"name\": \"label\"}]}");
    assertThat(request.id()).isNull();
    assertThat(request.inputs()).isEmpty();
    assertThat(request.isBinary(request.outputs().get(0))).isFalse();
    assertThat(withData("null").inputs().get(0).binarySize()).isEqualTo(-1);
  }

  @Test
  void theLastOfTwoNamesCounts() {
    assertThat(parse("{\"id\":\"1\",\"id\":\"2\"}").id()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no JSON as expected",
        "{ | no JSON as expected: line 1, column",
        "{\"inputs\":[ | no JSON as expected: at inputs",
        "{\"inputs\":7} | at inputs is something else",
        "{\"inputs\":[7]} | at inputs/0 is something else",
        "{\"outputs\":[{\"name\":[]}]} | at outputs/0/name",
        "{\"inputs\":[null]} | no JSON as expected",
        "{\"parameters\":{\"binary_data_output\":\"maybe\"}} | parameters/binary_data_output",
        "{\"outputs\":[{\"name\":\"x\",\"parameters\":{\"classification\":9999999999}}]} | classification",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"\",\"shape\":[1,2,3,4,5,6,7,8,9]}]} | at most 8 whole numbers",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"\",\"shape\":[1.5]}]} | at most 8 whole numbers",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"\",\"shape\":[[1]]}]} | at most 8 whole numbers",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"\",\"shape\":7}]} | at most 8 whole numbers",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"\",\"shape\":[99999999999999999999]}]} | inputs/0",
        "{\"id\": NaN} | no JSON as expected",
      })
  void saysWhereItGoesWrong(String json, String message) {
    assertRefused(json, message);
  }

  @Test
  void manyOutputsAreRefused() {
    String one = "{\"name\":\"features\"}";
    assertThat(parse("{\"outputs\":[" + one + ("," + one).repeat(15) + "]}").outputs()).hasSize(16);
    assertRefused("{\"outputs\":[" + one + ("," + one).repeat(16) + "]}", "17 outputs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "{\"parameters\":", "{\"parameters\":{\"a\":", "{\"inputs\":"})
  void deepNestingIsRefusedAndEndsNoStack(String beginning) {
    assertRefused(beginning + "[".repeat(DEEP), "no JSON as expected");
    assertRefused(beginning + "{\"a\":".repeat(DEEP), "no JSON as expected");
  }

  @Test
  void deepDataAreRefused() {
    assertThat(data("[".repeat(900) + "1,2" + "]".repeat(900)).numbers(2)).startsWith(1, 2);
    assertThatThrownBy(() -> withData("[".repeat(DEEP))).isInstanceOf(Problem.class);
  }

  @Test
  void dataAreReadHoweverTheyAreNested() {
    assertThat(data("[1, -2.5e0, 3]").numbers(3)).startsWith(1, -2.5f, 3);
    assertThat(data("[[1, [2]], [], 3]").numbers(3)).startsWith(1, 2, 3);
    assertThat(data("[[\"a\"], \"\"]").texts(2)).containsExactly("a", "");
    assertThat(data("[]").numbers(0)).isNotNull();
  }

  @Test
  void dataGrow() {
    int count = 5000;
    float[] numbers = data("[0" + ",7".repeat(count - 1) + "]").numbers(count);
    assertThat(numbers).hasSizeBetween(count, 2 * count);
    assertThat(numbers[count - 1]).isEqualTo(7);
  }

  @Test
  void hugeNumbersAreInfiniteAndSmallOnesZero() {
    float[] numbers = data("[1e39, -1e999999, 1e-999999, 1" + "0".repeat(900) + "]").numbers(4);
    assertThat(numbers)
        .startsWith(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, Float.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[true]", "[null]", "[{}]", "[[1, {\"a\": 1}]]", "{}", "\"text\"", "7"})
  void dataOfOtherKindsAreRefused(String data) {
    assertThatThrownBy(() -> withData(data))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("data of a tensor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2", "[1 2]", "[1,]", "[01]", "[+1]", "[NaN]", "[Infinity]", "[1"})
  void damagedDataAreRefused(String data) {
    assertThatThrownBy(() -> withData(data)).isInstanceOf(Problem.class);
  }

  @Test
  void numbersAndTextsAreCounted() {
    assertThatThrownBy(() -> data("[1]").numbers(2))
        .hasMessage("The tensor's shape has 2 values, its data 1 numbers and 0 texts.");
    assertThatThrownBy(() -> data("[1, \"a\"]").numbers(1)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> data("[1, \"a\"]").texts(1))
        .hasMessage("The tensor's shape has 1 values, its data 1 texts and 1 numbers.");
    String texts = "[\"\"" + ",\"\"".repeat(TensorData.MOST_TEXTS) + "]";
    assertThatThrownBy(() -> data(texts)).hasMessageContaining("more than 65536 texts");
  }

  @Test
  void shapesHaveASize() {
    assertThat(input(1, 3, 2).size()).isEqualTo(6);
    assertThatThrownBy(() -> input(1, 0).size()).hasMessageContaining("has no values");
    assertThatThrownBy(() -> input(-1, -1).size()).hasMessageContaining("has no values");
    assertThatThrownBy(() -> input(4_000_000_000L, 4_000_000_000L).size())
        .hasMessageContaining("too many values");
  }

  private static InferRequest.Input input(long... shape) {
    List<Long> lengths = Arrays.stream(shape).boxed().toList();
    return new InferRequest.Input("x", lengths, "FP32", InferRequest.Parameters.NONE, null);
  }
}
