package io.millrace.server.llm.openai;

import io.millrace.server.http.HttpExchange;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.generation.FinishReason;
import io.millrace.server.llm.generation.GenerationListener;
import io.millrace.server.llm.generation.TokenUsage;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers once the text is complete. */
final class WholeAnswer implements GenerationListener {
  private static final int OK = 200;

  private final HttpExchange exchange;
  private final AnswerForm form;
  private final StringBuilder text = new StringBuilder();
  private @Nullable List<List<Scored>> scored;

  WholeAnswer(HttpExchange exchange, AnswerForm form) {
    this.exchange = exchange;
    this.form = form;
  }

  @Override
  public boolean isCancelled() {
    return exchange.isCancelled();
  }

  @Override
  public void onToken(String shown, @Nullable List<Scored> token) {
    text.append(shown);
    if (token != null) {
      if (scored == null) {
        scored = new ArrayList<>();
      }
      scored.add(token);
    }
  }

  @Override
  public void onEnd(String shown, FinishReason reason, TokenUsage usage) {
    text.append(shown);
    byte[] content =
        form.whole(text.toString(), scored, reason, usage)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    exchange.answer(OK, HttpExchange.JSON, Map.of(), content);
  }

  @Override
  public void onFailure(InferenceException failure) {
    OpenAiProblem.of(failure).answer(exchange);
  }
}
