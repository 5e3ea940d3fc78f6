package io.millrace.flink.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import io.millrace.flink.llm.TextEncoder.Encoded;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiTextEncoderTest {
  private final FakeTransport wire = new FakeTransport();
  private final ManualScheduler time = new ManualScheduler();
  private final OpenAiTextEncoder encoder =
      new OpenAiTextEncoder(
          Endpoints.settings(), Endpoints.endpoint(Endpoints.settings(), wire, time, () -> 0));

  @Test
  void vectorsComeInTheOrderOfTheTexts() {
    CompletableFuture<Encoded> answer = encoder.encode(List.of("a\"b", "c"));
    assertThat(wire.last().path()).isEqualTo("/embeddings");
    assertThat(wire.last().body())
        .isEqualTo(
            "{\"model\":\"tiny\",\"input\":[\"a\\\"b\",\"c\"],\"encoding_format\":\"float\"}");
    wire.last()
        .answer(
            200,
            "{\"model\":\"tiny-2\",\"data\":[{\"index\":1,\"embedding\":[0.5,1]},"
                + "{\"index\":0,\"embedding\":[-2,1e-3]}]}");

    assertThat(answer.join().vectors())
        .containsExactly(new float[] {-2, 1e-3f}, new float[] {0.5f, 1});
    assertThat(answer.join().encoderVersion()).isEqualTo("tiny-2");
  }

  @Test
  void noTextsNeedNoEndpoint() {
    assertThat(encoder.encode(List.of()).join().vectors()).isEmpty();
    assertThat(wire.sent).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1,2]}]}",
        "{\"data\":[{\"index\":1,\"embedding\":[1]},{\"index\":0,\"embedding\":[1,2]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[]},{\"index\":1,\"embedding\":[]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"},{\"index\":1,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[\"NaN\"]},{\"index\":1,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1e39]},{\"index\":1,\"embedding\":[1]}]}",
      })
  void whatIsNoVectorForEachTextIsABadAnswer(String body) {
    CompletableFuture<Encoded> answer = encoder.encode(List.of("a", "b"));
    wire.last().answer(200, body);

    CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
    assertThat(thrown.getCause())
        .isInstanceOfSatisfying(
            LanguageModelFailure.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_ANSWER));
    assertThat(wire.sent).hasSize(1);
  }

  @Test
  void closingClosesTheWire() {
    encoder.close();
    assertThat(wire.closed).isTrue();
  }
}
