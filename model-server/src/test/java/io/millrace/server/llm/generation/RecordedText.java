package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.sampling.LogProbabilities.Scored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it hears, and goes away when told to. */
final class RecordedText implements GenerationListener {
  final StringBuilder text = new StringBuilder();
  final List<List<Scored>> scored = new ArrayList<>();
  int tokens;
  boolean cancelled;
  @Nullable FinishReason reason;
  @Nullable TokenUsage usage;
  @Nullable InferenceException failure;

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onToken(String shown, @Nullable List<Scored> found) {
    tokens++;
    text.append(shown);
    if (found != null) {
      scored.add(found);
    }
  }

  @Override
  public void onEnd(String shown, FinishReason why, TokenUsage used) {
    text.append(shown);
    reason = why;
    usage = used;
  }

  @Override
  public void onFailure(InferenceException why) {
    failure = why;
  }

  boolean isOver() {
    return reason != null || failure != null;
  }
}
