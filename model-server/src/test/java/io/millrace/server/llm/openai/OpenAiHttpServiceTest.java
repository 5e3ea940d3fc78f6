package io.millrace.server.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.LanguageModelSettings;
import io.millrace.server.llm.TinyLanguageModel;
import io.millrace.server.llm.generation.GiveWay;
import io.millrace.server.llm.openai.RecordedExchange.Answer;
import io.millrace.server.model.OnnxDecoder;
import io.millrace.server.model.OnnxHistoryEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiHttpServiceTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String TEXT = "/v1/completions";
  private static final String SCORE = "/v1/score";
  private static final String ASK =
      "{'model':'tiny','messages':[{'role':'user','content':'I like the film'}],'temperature':0,";

  private static volatile boolean recommendationsWait;
  private static LanguageModel model;
  private static OpenAiHttpService service;

  @BeforeAll
  static void start() {
    LanguageModelSettings settings =
        new LanguageModelSettings(TinyLanguageModel.folder(), 2, 128, 1, 2, Duration.ofSeconds(60));
    model =
        LanguageModel.load(
            settings,
            OnnxDecoder::load,
            OnnxHistoryEncoder::load,
            System::nanoTime,
            new GiveWay(() -> recommendationsWait, System::nanoTime, Long.MAX_VALUE));
    service =
        new OpenAiHttpService(
            model,
            exchange ->
                exchange.answer(
                    200, "text/plain", Map.of(), "other".getBytes(StandardCharsets.UTF_8)),
            InstantSource.fixed(Instant.ofEpochSecond(1_000)),
            new Random(1));
  }

  @AfterAll
  static void stop() {
    model.close();
  }

  private static Answer post(String path, String json) throws Exception {
    return new RecordedExchange("POST", path, json).from(service);
  }

  private static Answer get(String path) throws Exception {
    return new RecordedExchange("GET", path, "").from(service);
  }

  private static String content(Answer answer) {
    assertThat(answer.status()).as(answer.content()).isEqualTo(200);
    return answer.json().at("/choices/0/message/content").asText();
  }

  @Test
  void theModelIsListed() throws Exception {
    assertThat(get("/v1/models").json().at("/data/0/id").asText()).isEqualTo("tiny");
    assertThat(get("/v1/models/tiny").json().path("max_model_len").asInt()).isEqualTo(128);
    assertThat(get("/v1/models/large").status()).isEqualTo(404);
    assertThat(get("/v2/health/live").content()).isEqualTo("other");
  }

  @Test
  void anAnswerSaysWhatItTook() throws Exception {
    JsonNode answer = post(CHAT, ASK + "'max_tokens':7}").json();
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("created").asInt()).isEqualTo(1_000);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(7);
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
  }

  @Test
  void aStreamComesToTheSame() throws Exception {
    String whole = content(post(CHAT, ASK + "'max_tokens':20}"));
    Answer streamed =
        post(CHAT, ASK + "'max_tokens':20,'stream':true,'stream_options':{'include_usage':true}}");
    assertThat(streamed.contentType()).startsWith("text/event-stream");
    assertThat(streamed.content()).endsWith("data: [DONE]\n\n");
    List<JsonNode> events = streamed.events();
    assertThat(events.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(
            events.stream()
                .map(event -> event.at("/choices/0/delta/content").asText())
                .collect(Collectors.joining()))
        .isEqualTo(whole);
    assertThat(events.get(events.size() - 1).at("/usage/completion_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void theSameSeedGivesTheSame() throws Exception {
    String ask = ASK.replace("'temperature':0", "'temperature':1.5") + "'max_tokens':24,'seed':";
    String first = content(post(CHAT, ask + "7}"));
    assertThat(content(post(CHAT, ask + "7}"))).isEqualTo(first);
    assertThat(content(post(CHAT, ask + "8}"))).isNotEqualTo(first);
  }

  @Test
  void theSecondTimeThePromptIsThere() throws Exception {
    post(CHAT, ASK + "'max_tokens':1}");
    JsonNode usage = post(CHAT, ASK + "'max_tokens':1}").json().path("usage");
    assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt())
        .isEqualTo(usage.path("prompt_tokens").asInt() - 1);
  }

  @Test
  void logProbabilitiesComeWithTokens() throws Exception {
    JsonNode token =
        post(CHAT, ASK + "'max_tokens':3,'logprobs':true,'top_logprobs':2}")
            .json()
            .at("/choices/0/logprobs/content/0");
    assertThat(token.path("top_logprobs")).hasSize(2);
    assertThat(token.path("logprob").asDouble()).isNegative();
    assertThat(token.at("/top_logprobs/0/logprob").asDouble())
        .isEqualTo(token.path("logprob").asDouble());
    JsonNode text =
        post(TEXT, "{'model':'tiny','prompt':'the','max_tokens':4,'logprobs':1}").json();
    assertThat(text.at("/choices/0/logprobs/token_logprobs")).hasSize(4);
    assertThat(text.at("/choices/0/logprobs/text_offset/0").asInt()).isZero();
  }

  @Test
  void choicesAndSchemasAreKept() throws Exception {
    String choice = ASK + "'guided_choice':['Drama','Film-Noir','Sci-Fi']}";
    assertThat(content(post(CHAT, choice))).isIn("Drama", "Film-Noir", "Sci-Fi");
    String schema =
        ASK
            + "'max_tokens':80,'response_format':{'type':'json_schema','json_schema':{'name':'p',"
            + "'schema':{'type':'object','required':['likes'],'properties':{'likes':{'type':'array',"
            + "'minItems':1,'maxItems':2,'items':{'enum':['Drama','Dance']}}}}}}}";
    JsonNode made = RecordedExchange.json(content(post(CHAT, schema)));
    assertThat(made.path("likes").size()).isBetween(1, 2);
    assertThat(made.at("/likes/0").asText()).isIn("Drama", "Dance");
  }

  @Test
  void continuationsAreScoredAsTheyWouldBeAlone() throws Exception {
    String ask = "{'model':'tiny','prompt':'I like','continuations':";
    JsonNode together = post(SCORE, ask + "['the one','a','films of all kinds']}").json();
    assertThat(together.path("data")).hasSize(3);
    for (JsonNode score : together.path("data")) {
      String text = List.of("the one", "a", "films of all kinds").get(score.path("index").asInt());
      JsonNode alone = post(SCORE, ask + "['" + text + "']}").json().at("/data/0");
      assertThat(score.path("token_log_probabilities"))
          .hasSize(model.tokenizer().encode(text).length);
      assertThat(score.path("log_probability").asDouble())
          .isCloseTo(alone.path("log_probability").asDouble(), within(1e-3));
    }
  }

  @Test
  void scoresAreTheLogProbabilitiesOfGeneration() throws Exception {
    String text = "{'model':'tiny','prompt':'I like','max_tokens':1,'temperature':0,'logprobs':20}";
    JsonNode top = post(TEXT, text).json().at("/choices/0/logprobs/top_logprobs/0");
    // Some tokens are parts of characters, which cannot be sent as text.
    String letter =
        top.properties().stream()
            .map(Map.Entry::getKey)
            .filter(token -> token.matches("[a-zA-Z]"))
            .findFirst()
            .orElseThrow();
    String ask = "{'model':'tiny','prompt':'I like','continuations':['" + letter + "']}";
    JsonNode score = post(SCORE, ask).json().at("/data/0/token_log_probabilities");
    assertThat(score).hasSize(1);
    assertThat(score.get(0).asDouble()).isCloseTo(top.path(letter).asDouble(), within(1e-3));
  }

  @Test
  void whoGoesAwayStopsTheText() throws Exception {
    String ask = ASK + "'guided_choice':['a long text that takes many tokens'],'stream':true}";
    Answer answer = new RecordedExchange("POST", CHAT, ask).leavingEarly().from(service);
    assertThat(answer.content()).contains("the caller went away").doesNotContain("many");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|400|the request is not JSON",
        "{'model':'large','messages':[]}|404|the model 'large' does not exist",
        "{'model':'tiny','messages':[]}|400|messages: has to be a list",
        "{'model':'tiny','messages':[{'role':'tool','content':'x'}]}|400|messages[0].role",
        "{'model':'tiny','messages':[{'role':'user'}]}|400|messages[0].content",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'n':2}|400|n: is 2",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'tools':[]}|400|tools: is not",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'temperature':3}|400|temperature",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'max_tokens':999}|400|room for",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'stop':''}|400|stop:",
        "{'model':'tiny','messages':[{'role':'user','content':'x'}],'guided_json':{'not':{}}}|400|'not'",
      })
  void whatCannotBeAnsweredIsNamed(String json, int status, String message) throws Exception {
    Answer answer = post(CHAT, json);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().at("/error/message").asText()).contains(message);
    assertThat(answer.json().at("/error/type").asText()).isEqualTo("invalid_request_error");
  }

  @Test
  void aPromptThatIsTooLongIsRefusedWithItsLength() throws Exception {
    for (int words : new int[] {100, 10_000}) {
      Answer answer = post(TEXT, "{'model':'tiny','prompt':'" + "word ".repeat(words) + "'}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("context_length_exceeded");
    }
  }

  @Test
  void theQueueIsBounded() throws Exception {
    recommendationsWait = true;
    List<RecordedExchange> sent =
        IntStream.range(0, 12)
            .mapToObj(i -> new RecordedExchange("POST", CHAT, ASK + "'max_tokens':60}"))
            .toList();
    for (RecordedExchange exchange : sent) {
      service.serve(exchange);
    }
    recommendationsWait = false;
    int refused = 0;
    for (RecordedExchange exchange : sent) {
      Answer answer = exchange.awaitAnswer();
      if (answer.status() == 429) {
        refused++;
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
      } else {
        assertThat(answer.status()).isEqualTo(200);
      }
    }
    // The queue holds two, and a step that had begun before may have taken one more.
    assertThat(refused).isBetween(9, 10);
  }
}
