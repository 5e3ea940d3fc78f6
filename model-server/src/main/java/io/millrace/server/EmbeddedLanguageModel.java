package io.millrace.server;

import io.millrace.server.config.LanguageModelOptions;
import io.millrace.server.http.HttpExchange;
import io.millrace.server.http.HttpService;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.LanguageModelMetrics;
import io.millrace.server.llm.LanguageModelSettings;
import io.millrace.server.llm.generation.GiveWay;
import io.millrace.server.llm.openai.OpenAiHttpService;
import io.millrace.server.metrics.MetricsSource;
import io.millrace.server.metrics.PrometheusText;
import io.millrace.server.model.OnnxDecoder;
import io.millrace.server.model.OnnxHistoryEncoder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The language model beside the recommender: nothing unless it is asked for, 503 until loaded. */
final class EmbeddedLanguageModel implements HttpService, MetricsSource, AutoCloseable {
  /** Between two steps of the language model; then it goes on beside recommendations. */
  private static final Duration LONGEST_GIVE_WAY = Duration.ofMillis(20);

  /** Texts are encoded by models of the repository. */
  private static final String EMBEDDINGS = "/v1/embeddings";

  private final LanguageModelOptions options;
  private final LongSupplier clock;
  private final GiveWay giveWay;
  private final HttpService others;
  private volatile @Nullable LanguageModel model;
  private volatile @Nullable OpenAiHttpService service;

  /**
   * Not loaded.
   *
   * @param models whose requests go first
   * @param others answers what is not below {@code /v1}
   * @param clock monotonic nanoseconds
   */
  EmbeddedLanguageModel(
      LanguageModelOptions options, ModelCatalogue models, HttpService others, LongSupplier clock) {
    this.options = options;
    this.others = others;
    this.clock = clock;
    this.giveWay =
        new GiveWay(
            () -> models.models().stream().anyMatch(served -> served.statistics().pending() > 0),
            clock,
            LONGEST_GIVE_WAY.toNanos());
  }

  /**
   * Loads it, if the options name one.
   *
   * @throws ModelLoadException if it cannot be served
   */
  void load() {
    if (options.folder().isPresent()) {
      LanguageModel loaded =
          LanguageModel.load(
              settings(options.folder().get()),
              OnnxDecoder::load,
              OnnxHistoryEncoder::load,
              clock,
              giveWay);
      model = loaded;
      service = new OpenAiHttpService(loaded, others, InstantSource.system(), new SecureRandom());
    }
  }

  private LanguageModelSettings settings(Path folder) {
    return new LanguageModelSettings(
        folder,
        options.slots(),
        options.context(),
        options.threads(),
        options.queue(),
        options.timeout());
  }

  @Override
  public void serve(HttpExchange exchange) {
    OpenAiHttpService loaded = service;
    if (exchange.path().equals(EMBEDDINGS)) {
      others.serve(exchange);
    } else if (loaded != null) {
      loaded.serve(exchange);
    } else if (options.folder().isPresent() && exchange.path().startsWith("/v1/")) {
      throw new InferenceException(
          InferenceException.Code.UNAVAILABLE, "the language model is being loaded; ask later");
    } else {
      others.serve(exchange);
    }
  }

  @Override
  public void write(PrometheusText text) {
    LanguageModel loaded = model;
    if (loaded != null) {
      new LanguageModelMetrics(loaded.generator()).write(text);
    }
  }

  @Override
  public void close() {
    LanguageModel loaded = model;
    if (loaded != null) {
      loaded.close();
    }
  }
}
