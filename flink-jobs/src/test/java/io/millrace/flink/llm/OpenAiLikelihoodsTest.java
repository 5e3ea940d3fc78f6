package io.millrace.flink.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How likely texts are, as the model server's {@code /score} is asked and answers. */
class OpenAiLikelihoodsTest {
  private static final ChatRequest QUESTION =
      ChatRequest.likelihoods(
          List.of(
              new ChatMessage(ChatMessage.Role.SYSTEM, "You recommend."),
              new ChatMessage(ChatMessage.Role.USER, "Which?")),
          List.of("Al\"ien", "Big"));

  private final FakeTransport wire = new FakeTransport();
  private final OpenAiLanguageModel model =
      new OpenAiLanguageModel(
          new LanguageModelSettings(
              Endpoints.settings(), StructuredOutput.JSON_SCHEMA, Sampling.GREEDY),
          Endpoints.endpoint(Endpoints.settings(), wire, new ManualScheduler(), () -> 0));

  @Test
  void theAnswerIsEachTextsMeanInTheOrderOfTheTexts() {
    CompletableFuture<ChatAnswer> answer = model.ask(QUESTION);
    assertThat(wire.last().path()).isEqualTo("/score");
    assertThat(wire.last().body())
        .isEqualTo(
            "{\"model\":\"tiny\",\"messages\":["
                + "{\"role\":\"system\",\"content\":\"You recommend.\"},"
                + "{\"role\":\"user\",\"content\":\"Which?\"}],"
                + "\"continuations\":[\"Al\\\"ien\",\"Big\"]}");
    wire.last()
        .answer(
            200,
            "{\"object\":\"list\",\"model\":\"tiny-1\",\"data\":["
                + "{\"index\":1,\"log_probability\":-6,\"token_log_probabilities\":[-6]},"
                + "{\"index\":0,\"log_probability\":-3,\"token_log_probabilities\":[-2.5,-0.5]}],"
                + "\"usage\":{\"prompt_tokens\":13,\"completion_tokens\":3,\"total_tokens\":16}}");

    assertThat(answer.join()).isEqualTo(new ChatAnswer("[-1.5000,-6.0000]", "tiny-1", 13, 3));
    assertThat(Likelihoods.read(answer.join().text(), 2)).containsExactly(-1.5, -6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]}]}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]},"
            + "{\"index\":0,\"token_log_probabilities\":[-1]}]}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]},"
            + "{\"index\":2,\"token_log_probabilities\":[-1]}]}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]},"
            + "{\"index\":1,\"token_log_probabilities\":[]}]}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]},"
            + "{\"index\":1,\"token_log_probabilities\":[\"NaN\"]}]}",
        "{\"data\":[{\"index\":0,\"token_log_probabilities\":[-1]},"
            + "{\"index\":1,\"token_log_probabilities\":[-1e308,-1e308]}]}",
      })
  void whatIsNoLikelihoodForEachTextIsABadAnswer(String body) {
    CompletableFuture<ChatAnswer> answer = model.ask(QUESTION);
    wire.last().answer(200, body);

    CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
    assertThat(thrown.getCause())
        .isInstanceOfSatisfying(
            LanguageModelFailure.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_ANSWER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "words", "{}", "[]", "[-1]", "[-1,null]", "[-1,\"-2\"]", "[-1,1e999]"})
  void anAnswerWithoutALikelihoodForEachTextIsNotRead(String answer) {
    assertThat(Likelihoods.read(answer, 2)).isNull();
  }

  @Test
  void continuationsCostTokensAndWordsDoNot() {
    int words = TokenEstimate.atMost(new ChatRequest(QUESTION.messages(), null, 0, 0));

    assertThat(TokenEstimate.atMost(QUESTION)).isGreaterThan(words);
  }
}
