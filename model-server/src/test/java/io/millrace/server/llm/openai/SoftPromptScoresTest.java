package io.millrace.server.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.LanguageModelSettings;
import io.millrace.server.llm.TinyLanguageModel;
import io.millrace.server.llm.generation.GiveWay;
import io.millrace.server.llm.openai.RecordedExchange.Answer;
import io.millrace.server.model.OnnxDecoder;
import io.millrace.server.model.OnnxHistoryEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that stand before a prompt as a few vectors. */
class SoftPromptScoresTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What another way of cutting a prompt into parts costs: activations have 8 bits. */
  private static final double ROUNDED = 0.02;

  private final JsonNode learned = learned();
  private LanguageModel model = load(TinyLanguageModel.folder());

  @AfterEach
  void stop() {
    model.close();
  }

  /** A request, and what it scores where the encoder comes from. */
  private static JsonNode learned() {
    try (InputStream in =
        SoftPromptScoresTest.class.getResourceAsStream("/language-model-soft-scores.json")) {
      return JSON.readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LanguageModel load(Path folder) {
    return LanguageModel.load(
        new LanguageModelSettings(folder, 2, 128, 1, 2, Duration.ofSeconds(60)),
        OnnxDecoder::load,
        OnnxHistoryEncoder::load,
        System::nanoTime,
        new GiveWay(() -> false, System::nanoTime, Long.MAX_VALUE));
  }

  private Answer post(JsonNode request) throws Exception {
    OpenAiHttpService service =
        new OpenAiHttpService(
            model, exchange -> {}, InstantSource.fixed(Instant.EPOCH), new Random(1));
    return new RecordedExchange("POST", "/v1/score", request.toString()).from(service);
  }

  private ObjectNode with(List<String> history) {
    ObjectNode request = learned.path("request").deepCopy();
    ArrayNode titles = request.putArray("history");
    history.forEach(titles::add);
    return request;
  }

  /** Means over the tokens of each continuation. */
  private List<Double> scores(JsonNode request) throws Exception {
    Answer answer = post(request);
    assertThat(answer.status()).as(answer.content()).isEqualTo(200);
    List<Double> means = new ArrayList<>();
    for (JsonNode score : answer.json().path("data")) {
      double sum = score.path("log_probability").asDouble();
      means.add(sum / score.path("token_log_probabilities").size());
    }
    return means;
  }

  private static double farthest(List<Double> one, List<Double> other) {
    return IntStream.range(0, one.size())
        .mapToDouble(i -> Math.abs(one.get(i) - other.get(i)))
        .max()
        .orElseThrow();
  }

  @Test
  void aHistoryScoresAsWhereItsEncoderLearned() throws Exception {
    List<Double> expected = new ArrayList<>();
    learned.path("mean_log_probabilities").forEach(mean -> expected.add(mean.asDouble()));
    ObjectNode without = learned.path("request").deepCopy();
    without.remove("history");

    assertThat(farthest(scores(learned.path("request")), expected)).isLessThan(ROUNDED);
    assertThat(farthest(scores(without), expected)).isGreaterThan(2 * ROUNDED);
  }

  @Test
  void whatTheCacheHoldsOfOneHistoryIsNotTakenForAnother() throws Exception {
    List<Double> first = scores(with(List.of("Alien", "Heat")));
    List<Double> other = scores(with(List.of("Heat", "Alien", "Big")));
    List<Double> again = scores(with(List.of("Alien", "Heat")));

    assertThat(again).isEqualTo(first);
    assertThat(farthest(first, other)).isGreaterThan(1e-4);
  }

  @Test
  void ofALongHistoryTheNewestCount() throws Exception {
    List<String> newest = List.of("b", "c", "d", "e", "f");
    List<String> longer = List.of("x", "a", "b", "c", "d", "e", "f");

    assertThat(scores(with(longer))).isEqualTo(scores(with(newest)));
    assertThat(scores(with(longer.subList(0, 5)))).isNotEqualTo(scores(with(newest)));
  }

  @Test
  void softTokensAreCountedAndTakeRoom() throws Exception {
    ObjectNode without = learned.path("request").deepCopy();
    without.remove("history");
    int text = post(without).json().at("/usage/prompt_tokens").asInt();

    assertThat(post(learned.path("request")).json().at("/usage/prompt_tokens").asInt())
        .isEqualTo(text + 3);
    ObjectNode full = learned.path("request").deepCopy();
    full.putArray("continuations").add("q".repeat(128 - text - 2));
    assertThat(post(full).content()).contains("context_length_exceeded", (text + 3) + " tokens");
    full.remove("history");
    assertThat(post(full).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[\"\"]", "[7]", "{}"})
  void whatIsNoHistoryIsRefused(String history) throws Exception {
    ObjectNode request = learned.path("request").deepCopy();
    request.set("history", JSON.readTree(history));

    Answer answer = post(request);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/param").asText()).isEqualTo("history");
  }

  @Test
  void aTitleIsNoBook() throws Exception {
    Answer answer = post(with(List.of("Heat", "a".repeat(1_025))));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.content()).contains("a title of more than 1024 characters");
  }

  @Test
  void aModelWithoutAnEncoderSaysSo(@TempDir Path folder) throws Exception {
    Path version = Files.createDirectory(folder.resolve("1"));
    for (String name : List.of("model.onnx", "embeddings.bin", "tokenizer.json")) {
      Files.copy(TinyLanguageModel.folder().resolve("1").resolve(name), version.resolve(name));
    }
    Path manifest = TinyLanguageModel.folder().resolve("1/language_model.json");
    ObjectNode content = (ObjectNode) JSON.readTree(manifest.toFile());
    content.remove("soft_prompt");
    JSON.writeValue(version.resolve("language_model.json").toFile(), content);
    model.close();
    model = load(folder);

    Answer answer = post(learned.path("request"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.content()).contains("tiny, which has no soft_prompt.onnx");
  }
}
