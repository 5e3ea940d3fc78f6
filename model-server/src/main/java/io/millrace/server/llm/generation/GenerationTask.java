package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.constraint.TextConstraint;
import io.millrace.server.llm.sampling.LogProbabilities;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import io.millrace.server.llm.sampling.Sampler;
import io.millrace.server.llm.text.StopStrings;
import io.millrace.server.llm.text.TokenBytes;
import io.millrace.server.llm.text.Utf8Text;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text that is being generated. */
final class GenerationTask extends Task {
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final TokenBytes vocabulary;
  private final int endToken;
  private final Sampler sampler;
  private final Utf8Text text = new Utf8Text();
  private final StopStrings stops;
  private int generated;
  private int last = -1;

  GenerationTask(
      GenerationRequest request,
      GenerationListener listener,
      TokenBytes vocabulary,
      int endToken,
      long deadline) {
    super(request.prompt(), deadline);
    this.request = request;
    this.listener = listener;
    this.vocabulary = vocabulary;
    this.endToken = endToken;
    this.sampler = new Sampler(request.sampling());
    this.stops = new StopStrings(request.stops());
  }

  /** The token generated last, which the cache does not hold yet. */
  int last() {
    return last;
  }

  /**
   * Takes the next token.
   *
   * @param logits after the tokens so far
   * @param room further tokens that the cache can hold
   * @return whether the text goes on
   */
  boolean take(float[] logits, int room) {
    TextConstraint constraint = request.constraint();
    BitSet allowed;
    try {
      allowed = constraint == null ? null : allowed(constraint);
    } catch (IllegalArgumentException e) {
      listener.onFailure(
          InferenceException.invalid("the constraint: %s", String.valueOf(e.getMessage())));
      return false;
    }
    if (allowed != null && allowed.isEmpty()) {
      return end(FinishReason.STOP);
    }
    double normaliser = request.alternatives() < 0 ? 0 : LogProbabilities.normaliser(logits);
    float[] given = request.alternatives() < 0 ? logits : logits.clone();
    int token = sampler.choose(logits, allowed);
    if (vocabulary.isControl(token)) {
      return end(FinishReason.STOP);
    }
    generated++;
    last = token;
    String shown = stops.add(text.add(vocabulary.of(token)));
    listener.onToken(shown, scored(given, token, normaliser));
    if (constraint != null) {
      constraint.accept(token);
    }
    if (stops.reached() || (constraint != null && constraint.mustEnd())) {
      return end(FinishReason.STOP);
    }
    return generated < request.maxTokens() && room > 0 || end(FinishReason.LENGTH);
  }

  private BitSet allowed(TextConstraint constraint) {
    BitSet tokens = constraint.allowed();
    if (constraint.mayEnd()) {
      tokens = (BitSet) tokens.clone();
      tokens.set(endToken);
    }
    return tokens;
  }

  private @Nullable List<Scored> scored(float[] logits, int token, double normaliser) {
    if (request.alternatives() < 0) {
      return null;
    }
    List<Scored> scored = new ArrayList<>();
    scored.add(new Scored(token, logits[token] - normaliser));
    scored.addAll(LogProbabilities.top(logits, request.alternatives()));
    return scored;
  }

  private boolean end(FinishReason reason) {
    String rest = stops.reached() ? "" : stops.add(text.end()) + stops.end();
    listener.onEnd(rest, reason, new TokenUsage(prompt().length, reused(), generated));
    return false;
  }

  @Override
  boolean isCancelled() {
    return listener.isCancelled();
  }

  @Override
  void fail(InferenceException failure) {
    listener.onFailure(failure);
  }
}
