package io.millrace.flink.llm;

import static io.millrace.flink.llm.MisbehavingEndpoint.good;
import static io.millrace.flink.llm.MisbehavingEndpoint.raw;
import static io.millrace.flink.llm.MisbehavingEndpoint.reply;
import static io.millrace.flink.llm.MisbehavingEndpoint.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import io.millrace.flink.llm.MisbehavingEndpoint.Deed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that does to HTTP whatever it likes, over real connections. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OpenAiLanguageModelITCase {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;

  private static OpenAiLanguageModel model(String url, Duration timeout) {
    EndpointSettings settings =
        new EndpointSettings(
            url, "tiny", ApiKeySource.NONE, timeout, ATTEMPTS, Duration.ofMillis(20), 1 << 16);
    return new OpenAiLanguageModel(
        new LanguageModelSettings(settings, StructuredOutput.JSON_SCHEMA, Sampling.GREEDY));
  }

  private static LanguageModelFailure failure(CompletableFuture<?> answer) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
    assertThat(thrown).as("failure").isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(LanguageModelFailure.class);
    return (LanguageModelFailure) thrown.getCause();
  }

  private static void failsAfter(int requests, Reason reason, Deed always) throws IOException {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> always);
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      assertThat(failure(model.ask(Endpoints.question("why?"))).reason()).isEqualTo(reason);
      assertThat(endpoint.requests()).isEqualTo(requests);
    }
  }

  private static void recoversFrom(IntFunction<Deed> deeds, int requests) throws IOException {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(deeds);
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      assertThat(model.ask(Endpoints.question("why?")).join().text()).isEqualTo("because");
      assertThat(endpoint.requests()).isEqualTo(requests);
    }
  }

  @Test
  void aConnectionServesOneQuestionAfterTheOther() throws IOException {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> good());
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      for (int i = 0; i < 5; i++) {
        assertThat(model.ask(Endpoints.question("why?")).join())
            .isEqualTo(new ChatAnswer("because", "tiny-1", 11, 5));
      }
      assertThat(endpoint.connections()).isEqualTo(1);
    }
  }

  @Test
  void nobodyListens() throws IOException {
    MisbehavingEndpoint gone = MisbehavingEndpoint.start(number -> good());
    gone.close();
    try (OpenAiLanguageModel model = model(gone.url(), PATIENT)) {
      assertThat(failure(model.ask(Endpoints.question("why?"))).reason())
          .isEqualTo(Reason.UNAVAILABLE);
    }
  }

  @Test
  void aServerThatHangsUpIsTriedAgain() throws IOException {
    recoversFrom(number -> number < 2 ? raw("") : good(), 3);
    failsAfter(ATTEMPTS, Reason.UNAVAILABLE, raw(""));
  }

  @Test
  void halfAnAnswerIsALostConnection() throws IOException {
    Deed half = raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\":[");
    recoversFrom(number -> number < 1 ? half : good(), 2);
    failsAfter(ATTEMPTS, Reason.UNAVAILABLE, half);
    Deed halfAChunk = raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{");
    recoversFrom(number -> number < 1 ? halfAChunk : good(), 2);
  }

  @Test
  void aStormOf429PassesAndALongWishIsHeard() throws IOException {
    recoversFrom(number -> number < 2 ? reply(429, "Retry-After: 0\r\n", "{}") : good(), 3);
    failsAfter(ATTEMPTS, Reason.RATE_LIMITED, reply(429, "", ""));

    Deed wish = reply(429, "retry-after: 17\r\n", "{\"error\":{\"message\":\"slow down\"}}");
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> wish);
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      LanguageModelFailure failure = failure(model.ask(Endpoints.question("why?")));
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(17));
      assertThat(failure).hasMessageContaining("slow down");
      assertThat(endpoint.requests()).isEqualTo(1);
    }
  }

  @Test
  void garbageIsNotAskedForAgain() throws IOException {
    failsAfter(1, Reason.BAD_ANSWER, raw("220 mail.example ESMTP ready\r\n\r\n"));
    failsAfter(1, Reason.BAD_ANSWER, reply(200, "", "<html>welcome to the proxy</html>"));
    failsAfter(1, Reason.BAD_ANSWER, reply(200, "Content-Type: application/json\r\n", "\0\1\2"));
    failsAfter(1, Reason.BAD_ANSWER, reply(204, "", ""));
  }

  @Test
  void theWrongContentTypeIsNoReasonToRefuseARightAnswer() throws IOException {
    recoversFrom(
        number -> reply(200, "Content-Type: image/png\r\n", Endpoints.answer("because")), 1);
  }

  @Test
  void whatIsRejectedIsNotAskedAgain() throws IOException {
    failsAfter(1, Reason.REJECTED, reply(401, "", "{\"error\":\"who are you?\"}"));
    failsAfter(1, Reason.REJECTED, reply(307, "Location: http://127.0.0.1:1/\r\n", ""));
  }

  @Test
  void anAnswerWithoutEndIsCutOff() throws Exception {
    try (MisbehavingEndpoint endpoint =
            MisbehavingEndpoint.start(number -> MisbehavingEndpoint.endless());
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      assertThat(failure(model.ask(Endpoints.question("why?"))).reason())
          .isEqualTo(Reason.BAD_ANSWER);
      endpoint.awaitHangUp();
      assertThat(endpoint.requests()).isEqualTo(1);
    }
  }

  @Test
  void aSlowServerIsHungUpOn() throws Exception {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> silence());
        OpenAiLanguageModel model = model(endpoint.url(), Duration.ofMillis(300))) {
      assertThat(failure(model.ask(Endpoints.question("why?"))).reason()).isEqualTo(Reason.TIMEOUT);
      endpoint.awaitHangUp();
      assertThat(endpoint.requests()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatIsSlowInTheMiddleOfItsAnswerIsHungUpOn() throws Exception {
    Deed slow =
        to -> {
          to.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
          to.awaitHangUp();
          return false;
        };
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> slow);
        OpenAiLanguageModel model = model(endpoint.url(), Duration.ofMillis(300))) {
      assertThat(failure(model.ask(Endpoints.question("why?"))).reason()).isEqualTo(Reason.TIMEOUT);
      endpoint.awaitHangUp();
    }
  }

  @Test
  void cancellingHangsUp() throws Exception {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> silence());
        OpenAiLanguageModel model = model(endpoint.url(), PATIENT)) {
      CompletableFuture<ChatAnswer> answer = model.ask(Endpoints.question("why?"));
      while (endpoint.requests() == 0) {
        Thread.onSpinWait();
      }
      answer.cancel(true);
      endpoint.awaitHangUp();
    }
  }

  @Test
  void closingDoesNotWaitForASilentServer() throws Exception {
    try (MisbehavingEndpoint endpoint = MisbehavingEndpoint.start(number -> silence())) {
      OpenAiLanguageModel model = model(endpoint.url(), PATIENT);
      CompletableFuture<ChatAnswer> answer = model.ask(Endpoints.question("why?"));
      while (endpoint.requests() == 0) {
        Thread.onSpinWait();
      }
      model.close();
      assertThat(failure(answer).reason()).isEqualTo(Reason.UNAVAILABLE);
      endpoint.awaitHangUp();
    }
  }

  @Test
  void whateverComesEveryQuestionHasAnEnd() throws IOException {
    List<Deed> deeds =
        List.of(
            good(),
            raw(""),
            silence(),
            reply(429, "Retry-After: soon\r\n", ""),
            reply(500, "", "oops"),
            raw("nonsense\r\n\r\n"),
            raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            reply(200, "", "[]"));
    try (MisbehavingEndpoint endpoint =
            MisbehavingEndpoint.start(number -> deeds.get(number % deeds.size()));
        OpenAiLanguageModel model = model(endpoint.url(), Duration.ofSeconds(1))) {
      List<CompletableFuture<ChatAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(model.ask(Endpoints.question("why " + i)));
      }
      int good = 0;
      for (CompletableFuture<ChatAnswer> answer : answers) {
        if (answer.handle((words, failure) -> failure == null).join()) {
          good++;
        } else {
          assertThat(failure(answer).getMessage()).isNotEmpty();
        }
      }
      assertThat(good).isPositive();
    }
  }

  @Test
  void aTextEncoderIsAskedTheSameWay() throws IOException {
    Deed vectors = reply(200, "", "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}");
    EndpointSettings settings;
    try (MisbehavingEndpoint endpoint =
        MisbehavingEndpoint.start(number -> number == 0 ? reply(503, "", "") : vectors)) {
      settings =
          new EndpointSettings(
              endpoint.url(), "t", ApiKeySource.NONE, PATIENT, 2, Duration.ofMillis(20), 1 << 16);
      try (OpenAiTextEncoder encoder = new OpenAiTextEncoder(settings)) {
        assertThat(encoder.encode(List.of("a")).join().vectors())
            .containsExactly(new float[] {1, 2});
      }
      assertThat(endpoint.requests()).isEqualTo(2);
    }
  }
}
