package io.millrace.flink.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, how often, and what is made of answers; the wire and the time are the test's. */
class OpenAiLanguageModelTest {
  private static final String SCHEMA = "{\"type\":\"object\"}";

  private final FakeTransport wire = new FakeTransport();
  private final ManualScheduler time = new ManualScheduler();
  private double drawn = 0.5;

  private OpenAiLanguageModel model() {
    return model(Endpoints.settings(), StructuredOutput.JSON_SCHEMA);
  }

  private OpenAiLanguageModel model(EndpointSettings settings, StructuredOutput structured) {
    return new OpenAiLanguageModel(
        new LanguageModelSettings(settings, structured, Sampling.GREEDY),
        Endpoints.endpoint(settings, wire, time, () -> drawn));
  }

  private static LanguageModelFailure failure(CompletableFuture<?> answer) {
    assertThat(answer).isCompletedExceptionally();
    CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
    assertThat(thrown.getCause()).isInstanceOf(LanguageModelFailure.class);
    return (LanguageModelFailure) thrown.getCause();
  }

  private JsonNode sentBody() throws IOException {
    return new ObjectMapper().readTree(wire.last().body());
  }

  @Test
  void aModelThatChoosesItsOwnWayIsToldTheLengthOnly() throws IOException {
    EndpointSettings settings = Endpoints.settings();
    new OpenAiLanguageModel(
            new LanguageModelSettings(settings, StructuredOutput.JSON_SCHEMA, Sampling.OWN),
            Endpoints.endpoint(settings, wire, time, () -> drawn))
        .ask(Endpoints.question("why?"));

    assertThat(sentBody().path("max_completion_tokens").asInt()).isEqualTo(20);
    assertThat(sentBody().fieldNames())
        .toIterable()
        .containsExactly("model", "messages", "max_completion_tokens");
  }

  @Test
  void aQuestionIsAskedGreedilyAndItsAnswerIsCounted() throws IOException {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().answer(200, Endpoints.answer("because"));

    assertThat(wire.last().path()).isEqualTo("/chat/completions");
    JsonNode body = sentBody();
    assertThat(body.path("model").asText()).isEqualTo("tiny");
    assertThat(body.at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(body.at("/messages/0/content").asText()).isEqualTo("why?");
    assertThat(body.path("temperature").asInt(-1)).isZero();
    assertThat(body.path("max_tokens").asInt()).isEqualTo(20);
    assertThat(body.path("seed").asInt()).isEqualTo(7);
    assertThat(body.has("response_format")).isFalse();
    assertThat(answer.join()).isEqualTo(new ChatAnswer("because", "tiny-1", 11, 5));
    assertThat(time.delays()).as("timers left").isEmpty();
  }

  @Test
  void aSchemaGoesWhereTheEndpointWantsIt() throws IOException {
    ChatRequest question = Endpoints.question("why?", SCHEMA);

    var unused = model().ask(question);
    assertThat(sentBody().at("/response_format/type").asText()).isEqualTo("json_schema");
    assertThat(sentBody().at("/response_format/json_schema/schema/type").asText())
        .isEqualTo("object");
    assertThat(sentBody().at("/messages")).hasSize(1);

    var alsoUnused = model(Endpoints.settings(), StructuredOutput.JSON_OBJECT).ask(question);
    assertThat(sentBody().at("/response_format/type").asText()).isEqualTo("json_object");
    assertThat(sentBody().at("/messages/0/content").asText()).contains(SCHEMA);

    var unusedToo = model(Endpoints.settings(), StructuredOutput.NONE).ask(question);
    assertThat(sentBody().has("response_format")).isFalse();
    assertThat(sentBody().at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(sentBody().at("/messages/0/content").asText()).contains(SCHEMA);
    assertThat(sentBody().at("/messages/1/content").asText()).isEqualTo("why?");
  }

  @Test
  void aSchemaThatIsNoJsonIsRejectedUnasked() {
    assertThat(failure(model().ask(Endpoints.question("why?", "{"))).reason())
        .isEqualTo(Reason.REJECTED);
    assertThat(wire.sent).isEmpty();
  }

  @Test
  void theObjectIsFoundAmongWhatAModelAdds() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?", SCHEMA));
    wire.last()
        .answer(200, Endpoints.answer("Sure {here}:\\n```json\\n{\\\"a\\\": {}}\\n```\\nOk?"));

    assertThat(answer.join().text()).isEqualTo("{\"a\": {}}");
  }

  @ParameterizedTest
  @CsvSource({
    "401, REJECTED, 1",
    "400, REJECTED, 1",
    "403, REJECTED, 1",
    "404, REJECTED, 1",
    "422, REJECTED, 1",
    "302, REJECTED, 1",
    "408, TIMEOUT, 3",
    "429, RATE_LIMITED, 3",
    "500, UNAVAILABLE, 3",
    "503, UNAVAILABLE, 3",
    "504, TIMEOUT, 3"
  })
  void whatMayPassIsAskedAgainAndWhatStaysIsNot(int status, Reason reason, int attempts) {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    for (int i = 0; i < attempts; i++) {
      assertThat(wire.sent).hasSize(i + 1);
      wire.last().answer(status, "{\"error\":{\"message\":\"words of the endpoint\"}}");
      time.advance(1_000);
    }

    assertThat(wire.sent).hasSize(attempts);
    LanguageModelFailure failure = failure(answer);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure)
        .hasMessageContaining(Endpoints.URL)
        .hasMessageContaining(String.valueOf(status))
        .hasMessageContaining("words of the endpoint");
    assertThat(time.delays()).as("timers left").isEmpty();
  }

  @Test
  void pausesAreDrawnBelowABoundThatDoubles() {
    drawn = 0.999;
    var unused = model().ask(Endpoints.question("why?"));
    wire.last().answer(500, "");
    assertThat(time.delays()).containsExactly(499L);
    time.advance(499);
    wire.last().answer(500, "");
    assertThat(time.delays()).containsExactly(999L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "Sat, 21 Nov 2026 12:00:07 GMT"})
  void whatTheEndpointWantsIsAddedToThePause(String retryAfter) {
    drawn = 0.2;
    var unused = model().ask(Endpoints.question("why?"));
    wire.last().answer(429, "", retryAfter);
    assertThat(time.delays()).containsExactly(7_100L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"31", "99999999999999999999", "Sat, 21 Nov 2026 13:00:00 GMT"})
  void anEndpointThatWantsALongPauseIsNotAskedAgain(String retryAfter) {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().answer(429, "", retryAfter);

    assertThat(failure(answer).retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(31));
    assertThat(wire.sent).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "Sat, 21 Nov 2026 11:00:00 GMT"})
  void aRetryAfterWithoutSenseOrInThePastLeavesThePauseAsItIs(String retryAfter) {
    var unused = model().ask(Endpoints.question("why?"));
    wire.last().answer(429, "", retryAfter);
    assertThat(time.delays()).containsExactly(250L);
  }

  @Test
  void aLostConnectionIsTriedAgainAndTheAnswerStillComes() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().reply().completeExceptionally(new IOException("connection reset"));
    time.advance(250);
    wire.last().answer(200, Endpoints.answer("because"));

    assertThat(answer.join().text()).isEqualTo("because");
    assertThat(wire.sent).hasSize(2);
  }

  @Test
  void aTimeoutEndsTheExchangeAndIsNotTriedAgain() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    time.advance(9_999);
    assertThat(answer).isNotDone();
    time.advance(1);

    assertThat(failure(answer).reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(wire.last().reply()).isCancelled();
    assertThat(wire.sent).hasSize(1);
    assertThat(time.delays()).as("timers left").isEmpty();
  }

  @Test
  void cancellingEndsTheExchange() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    answer.cancel(true);

    assertThat(wire.last().reply()).isCancelled();
    time.advance(60_000);
    assertThat(wire.sent).hasSize(1);
  }

  @Test
  void cancellingDuringAPauseStartsNoOtherAttempt() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().answer(500, "");
    answer.cancel(true);
    time.advance(60_000);

    assertThat(wire.sent).hasSize(1);
    assertThat(time.delays()).as("timers left").isEmpty();
  }

  @Test
  void closingFailsWhatIsInFlightAndWhatComesLater() {
    OpenAiLanguageModel model = model();
    CompletableFuture<ChatAnswer> answer = model.ask(Endpoints.question("why?"));
    model.close();

    assertThat(failure(answer).reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(wire.last().reply()).isCancelled();
    assertThat(wire.closed).isTrue();
    assertThat(time.isShutdown()).isTrue();
    assertThat(failure(model.ask(Endpoints.question("why?")))).hasMessageContaining("closed");
    assertThat(wire.sent).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "length         | null   | because | TRUNCATED",
        "content_filter | null   | because | REFUSED",
        "stop           | \"no\" | because | REFUSED",
        "stop           | null   | ''      | BAD_ANSWER",
        "tool_calls     | null   | ''      | BAD_ANSWER",
      })
  void anAnswerThatIsNoneSaysWhyAndWhatItCost(
      String end, String refusal, String content, Reason reason) {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last()
        .answer(
            200,
            "{\"choices\":[{\"message\":{\"content\":\"%s\",\"refusal\":%s},\"finish_reason\":\"%s\"}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}"
                .formatted(content, refusal, end));

    LanguageModelFailure failure = failure(answer);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.tokens()).isEqualTo(16);
    assertThat(wire.sent).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>busy</html>", "[]", "42", "{\"choices\":[]}", "{\"choices\":{"})
  void garbageIsABadAnswerAndNotAskedForAgain(String body) {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().answer(200, body);

    assertThat(failure(answer).reason()).isEqualTo(Reason.BAD_ANSWER);
    assertThat(wire.sent).hasSize(1);
  }

  @Test
  void bytesThatAreNoHttpOrTooManyAreABadAnswer() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().reply().completeExceptionally(new ProtocolException("Invalid status line"));
    assertThat(failure(answer).reason()).isEqualTo(Reason.BAD_ANSWER);

    answer = model().ask(Endpoints.question("why?"));
    wire.last().reply().completeExceptionally(new AnswerTooLargeException(9));
    assertThat(failure(answer).reason()).isEqualTo(Reason.BAD_ANSWER);
    assertThat(wire.sent).hasSize(2);
  }

  @Test
  void tokensAreEstimatedWhereTheEndpointDoesNotCount() {
    CompletableFuture<ChatAnswer> answer = model().ask(Endpoints.question("why?"));
    wire.last().answer(200, "{\"choices\":[{\"message\":{\"content\":\"because it is\"}}]}");

    assertThat(answer.join()).isEqualTo(new ChatAnswer("because it is", "tiny", 6, 5));
  }

  @Test
  void theKeyIsSentAndNeverSaid() {
    ApiKeySource source = new ApiKeySource(null, "MODEL_KEY");
    EndpointSettings settings =
        Endpoints.settings(Endpoints.URL, source, Duration.ofSeconds(10), 1);
    Function<String, String> failureAfter =
        body -> {
          CompletableFuture<ChatAnswer> answer =
              model(settings, StructuredOutput.NONE).ask(Endpoints.question("why?"));
          assertThat(wire.last().key()).isEqualTo("secret-of-MODEL_KEY");
          wire.last().answer(401, body);
          return String.valueOf(failure(answer).getMessage());
        };

    assertThat(failureAfter.apply("{\"error\":{\"message\":\"wrong: secret-of-MODEL_KEY\"}}"))
        .contains("wrong: [key]");
    assertThat(failureAfter.apply("plainly wrong: secret-of-MODEL_KEY")).contains("wrong: [key]");
    assertThat(
            new LanguageModelSettings(settings, StructuredOutput.NONE, Sampling.GREEDY).toString())
        .contains("MODEL_KEY")
        .doesNotContain("secret");
  }
}
