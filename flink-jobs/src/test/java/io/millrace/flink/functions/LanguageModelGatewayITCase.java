package io.millrace.flink.functions;

import static io.millrace.flink.llm.MisbehavingEndpoint.good;
import static io.millrace.flink.llm.MisbehavingEndpoint.raw;
import static io.millrace.flink.llm.MisbehavingEndpoint.reply;
import static io.millrace.flink.llm.MisbehavingEndpoint.silence;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.ApiKeySource;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.llm.LanguageModelSettings;
import io.millrace.flink.llm.MisbehavingEndpoint;
import io.millrace.flink.llm.MisbehavingEndpoint.Deed;
import io.millrace.flink.llm.OpenAiLanguageModelFactory;
import io.millrace.flink.llm.Sampling;
import io.millrace.flink.llm.StructuredOutput;
import io.millrace.flink.records.RecordTypes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job with checkpoints, and an endpoint over real connections that goes wrong in every way. */
@Timeout(120)
class LanguageModelGatewayITCase {
  private static final int QUESTIONS = 40;
  private static final int ROUNDS = 15;
  private static final int PER_SECOND = 100;

  /** Two wrong answers for each good one; the first three in a row, so that there is a pause. */
  private static final int BAD_UNTIL = 21;

  private static final List<Deed> BAD =
      List.of(
          raw(""),
          reply(500, "", "oops"),
          reply(429, "Retry-After: 0\r\n", ""),
          silence(),
          raw("nonsense\r\n\r\n"),
          raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
          reply(200, "Content-Type: text/html\r\n", "<html>busy</html>"),
          reply(401, "", "who are you?"));

  /** Where the task writes; the test reads when the job is over. */
  private static final FakeJournal JOURNAL = new FakeJournal();

  @Test
  void everyQuestionIsAnsweredOnceHoweverTheEndpointMisbehaves() throws Exception {
    AtomicInteger bad = new AtomicInteger();
    try (MisbehavingEndpoint endpoint =
        MisbehavingEndpoint.start(
            number -> {
              boolean works = number >= BAD_UNTIL || (number > 2 && number % 3 == 0);
              return works ? good() : BAD.get(bad.getAndIncrement() % BAD.size());
            })) {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
      env.enableCheckpointing(200);
      LanguageModelGateway.connect(
          env.fromSource(questions(), WatermarkStrategy.noWatermarks(), "questions"),
          new LanguageModelGatewayFactory(
              new GatewaySettings(2, 0, 1_000, Duration.ofSeconds(60)),
              new OpenAiLanguageModelFactory(settings(endpoint.url())),
              () -> JOURNAL));
      env.execute("questions");

      assertThat(JOURNAL.ids())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, QUESTIONS).mapToObj(i -> "id-" + i).toList());
      assertThat(endpoint.requests()).isEqualTo(QUESTIONS + bad.get());
      assertThat(bad.get()).isGreaterThanOrEqualTo(BAD.size());
      assertThat(JOURNAL.closed).isTrue();
    }
  }

  /** Each question again and again, as who waits for an answer offers it. */
  private static DataGeneratorSource<LanguageModelCall> questions() {
    return new DataGeneratorSource<>(
        index -> LanguageModelCalls.call("id-" + index % QUESTIONS, index % 7),
        (long) QUESTIONS * ROUNDS,
        RateLimiterStrategy.perSecond(PER_SECOND),
        RecordTypes.LANGUAGE_MODEL_CALL);
  }

  private static LanguageModelSettings settings(String url) {
    return new LanguageModelSettings(
        new EndpointSettings(
            url,
            "tiny",
            ApiKeySource.NONE,
            Duration.ofMillis(500),
            1,
            Duration.ofMillis(20),
            1 << 16),
        StructuredOutput.NONE,
        Sampling.GREEDY);
  }
}
