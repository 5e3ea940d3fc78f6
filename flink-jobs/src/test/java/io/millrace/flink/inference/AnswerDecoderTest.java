package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.schemas.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerDecoderTest {
  private static final int ITEM_ID = 0;
  private static final int SCORE = 1;
  private static final int RUNG = 3;

  private static RecommendAnswer decode(ModelInferResponse.Builder response) {
    return AnswerDecoder.decode(response.build(), Answers.pending(Answers.call(3))).get(0);
  }

  private static void assertBad(ModelInferResponse.Builder response, String said) {
    assertThatThrownBy(() -> decode(response))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining(said);
  }

  private static ModelInferResponse.Builder good() {
    return Answers.good(List.of("x", "y"), 2, 1);
  }

  @Test
  void aGoodAnswerIsRead() {
    assertThat(decode(good()))
        .isEqualTo(
            new RecommendAnswer(
                List.of(new ScoredItem("x", 2, "retriever"), new ScoredItem("y", 1, "retriever")),
                Rung.RETRIEVED,
                Answers.VERSION,
                11,
                22));
  }

  @Test
  void whyTheRankerDidNotOrderTheListIsRead() {
    ModelInferResponse.Builder late =
        good()
            .putParameters(
                "rung_reason", InferParameter.newBuilder().setStringParam("deadline").build());

    assertThat(decode(late).rungReason()).isEqualTo("deadline");
    assertThat(decode(good()).rungReason()).isNull();
  }

  @Test
  void matchedKeywordsAreReadAndMustBeTheCalls() {
    RecommendCall call =
        new RecommendCall(
            "i",
            List.of(),
            new int[0],
            new float[0],
            List.of(),
            null,
            3,
            new Keywords(List.of("drama"), new float[] {1}));

    List<ScoredItem> items =
        AnswerDecoder.decode(matching(0, -1).build(), Answers.pending(call)).get(0).items();

    assertThat(items).extracting(ScoredItem::matchedKeyword).containsExactly(0, -1);
    assertThat(decode(good()).items().get(0).matchedKeyword()).isEqualTo(ScoredItem.NO_MATCH);
    assertBad(matching(0, -1), "matched_keyword[0] is 0 of 0");
    assertBad(matching(-1, -2), "matched_keyword[1] is -2 of 0");
    assertBad(matching(-1), "2 items, 1 matched keywords");
  }

  @Test
  void inputsThatTheServerIgnoredAreKnown() {
    InferParameter names = InferParameter.newBuilder().setStringParam("keyword").build();

    assertThat(decode(good().putParameters("ignored_inputs", names)).ignoredInputs())
        .isEqualTo("keyword");
    assertThat(decode(good()).ignoredInputs()).isEmpty();
  }

  private static ModelInferResponse.Builder matching(int... matches) {
    ByteBuffer raw =
        ByteBuffer.allocate(matches.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asIntBuffer().put(matches);
    return good()
        .addOutputs(Answers.output("matched_keyword", "INT32", 1, matches.length))
        .addRawOutputContents(ByteString.copyFrom(raw));
  }

  @Test
  void anEmptyListIsAnAnswer() {
    assertThat(decode(Answers.good(List.of())).items()).isEmpty();
  }

  @Test
  void typedContentsAreReadToo() {
    ModelInferResponse.Builder typed =
        Answers.header()
            .addOutputs(Answers.output("item_id", "BYTES", 1, 1).setContents(bytes("x")))
            .addOutputs(
                Answers.output("score", "FP32", 1, 1)
                    .setContents(InferTensorContents.newBuilder().addFp32Contents(4)))
            .addOutputs(Answers.output("source", "BYTES", 1, 1).setContents(bytes("s")))
            .addOutputs(Answers.output("rung", "BYTES", 1, 1).setContents(bytes("RANKED")));

    RecommendAnswer answer = decode(typed);

    assertThat(answer.items()).containsExactly(new ScoredItem("x", 4, "s"));
    assertThat(answer.rung()).isEqualTo(Rung.RANKED);
  }

  @Test
  void typedContentsOfTheWrongCountAreBad() {
    assertBad(
        Answers.header()
            .addOutputs(Answers.output("item_id", "BYTES", 1, 2).setContents(bytes("x"))),
        "1 values for 2 elements");
  }

  private static InferTensorContents bytes(String text) {
    return InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8(text)).build();
  }

  @Test
  void noOutputsAreBad() {
    assertBad(Answers.header(), "item_id is missing");
  }

  @Test
  void missingContentsAreBad() {
    assertBad(good().clearRawOutputContents().addRawOutputContents(ByteString.EMPTY), "4 outputs");
  }

  @Test
  void anotherDatatypeIsBad() {
    assertBad(
        good().setOutputs(SCORE, Answers.output("score", "FP64", 1, 2)), "score is FP64, not FP32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "1,2,1", "2,1", "1,-1", "1,4", "1,9223372036854775807", ""})
  void anotherShapeIsBad(String shape) {
    long[] dims =
        shape.isEmpty()
            ? new long[0]
            : List.of(shape.split(",")).stream().mapToLong(Long::parseLong).toArray();

    assertBad(good().setOutputs(ITEM_ID, Answers.output("item_id", "BYTES", dims)), "has shape");
  }

  @Test
  void moreItemsThanAskedForAreBad() {
    assertBad(Answers.good(List.of("a", "b", "c", "d"), 4, 3, 2, 1), "at most 3");
  }

  @Test
  void differentLengthsAreBad() {
    assertBad(Answers.good(List.of("a", "b"), 1), "2 items, 1 scores");
  }

  @Test
  void scoresOfTheWrongByteCountAreBad() {
    assertBad(good().setRawOutputContents(SCORE, Answers.fp32(1)), "score has 4 bytes");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aScoreThatIsNoNumberIsBad(float score) {
    assertBad(Answers.good(List.of("a", "b"), 1, score), "score[1] of 'b'");
  }

  @Test
  void anEmptyIdBeforeAnotherIsBad() {
    assertBad(Answers.good(List.of("a", "", "b"), 3, 2, 1), "item_id[1] has 0 characters");
  }

  @Test
  void anIdThatComesTwiceIsBad() {
    assertBad(Answers.good(List.of("a", "a"), 2, 1), "'a' comes twice");
  }

  @Test
  void anUnknownRungIsBad() {
    assertBad(
        good().setRawOutputContents(RUNG, BytesTensor.encode(List.of("POPULAR"))),
        "rung is 'POPULAR'");
    assertBad(
        good()
            .setOutputs(RUNG, Answers.output("rung", "BYTES", 1, 0))
            .setRawOutputContents(RUNG, ByteString.EMPTY),
        "rung is missing");
  }

  @Test
  void anAnswerWithoutAVersionIsBad() {
    assertBad(good().setModelVersion(""), "which version");
  }

  @Test
  void eachRowIsItsOwnCallsAnswer() {
    ModelInferResponse two =
        Answers.header()
            .addOutputs(Answers.output("item_id", "BYTES", 2, 2))
            .addRawOutputContents(BytesTensor.encode(List.of("a", "", "a", "b")))
            .addOutputs(Answers.output("score", "FP32", 2, 2))
            .addRawOutputContents(Answers.fp32(4, Float.NaN, 3, 2))
            .addOutputs(Answers.output("source", "BYTES", 2, 2))
            .addRawOutputContents(BytesTensor.encode(List.of("s", "", "t", "u")))
            .addOutputs(Answers.output("rung", "BYTES", 2, 1))
            .addRawOutputContents(BytesTensor.encode(List.of("RETRIEVED", "RANKED")))
            .build();

    List<RecommendAnswer> answers =
        AnswerDecoder.decode(two, Answers.pending(Answers.call(1), Answers.call(2)));

    assertThat(answers.get(0).items()).containsExactly(new ScoredItem("a", 4, "s"));
    assertThat(answers.get(0).rung()).isEqualTo(Rung.RETRIEVED);
    assertThat(answers.get(1).items())
        .containsExactly(new ScoredItem("a", 3, "t"), new ScoredItem("b", 2, "u"));
    assertThat(answers.get(1).rung()).isEqualTo(Rung.RANKED);
    assertThatThrownBy(
            () -> AnswerDecoder.decode(two, Answers.pending(Answers.call(2), Answers.call(1))))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining("2 items came, at most 1");
    assertThatThrownBy(() -> AnswerDecoder.decode(two, Answers.pending(Answers.call(2))))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining("expected [1, n]");
  }
}
