package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelFailure;
import io.millrace.flink.llm.TextEncoder;
import io.millrace.schemas.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns texts into vectors when the test says so. */
final class FakeTextEncoder implements TextEncoder {
  static final String VERSION = "encoder-1";

  final List<String> texts = new ArrayList<>();
  final List<CompletableFuture<Encoded>> open = new ArrayList<>();

  @Override
  public CompletableFuture<Encoded> encode(List<String> asked) {
    texts.addAll(asked);
    CompletableFuture<Encoded> call = new CompletableFuture<>();
    open.add(call);
    return call;
  }

  /** Answers all that were asked: each vector is 0.5 throughout. */
  void answerAll() {
    float[] vector = new float[FeatureSchema.VECTOR_DIMS];
    Arrays.fill(vector, 0.5f);
    for (CompletableFuture<Encoded> call : List.copyOf(open)) {
      open.remove(call);
      call.complete(new Encoded(List.of(vector), VERSION));
    }
  }

  void failAll() {
    for (CompletableFuture<Encoded> call : List.copyOf(open)) {
      open.remove(call);
      call.completeExceptionally(
          new LanguageModelFailure(LanguageModelFailure.Reason.UNAVAILABLE, "gone"));
    }
  }

  @Override
  public void close() {}
}
