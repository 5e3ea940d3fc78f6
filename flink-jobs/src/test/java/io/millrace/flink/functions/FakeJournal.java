package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A journal that outlives a gateway, as a topic does. */
final class FakeJournal implements AnswerJournal {
  /** What is in it, in order. */
  final List<LanguageModelAnswer> written = new ArrayList<>();

  /** Writes without an outcome, while it is slow. */
  final List<CompletableFuture<Void>> open = new ArrayList<>();

  boolean slow;
  boolean broken;
  boolean unreadable;
  int writes;
  boolean closed;

  @Override
  public Set<String> answered() {
    if (unreadable) {
      throw new IllegalStateException("as the test wants");
    }
    Set<String> ids = new HashSet<>();
    written.forEach(answer -> ids.add(answer.getAnswerId()));
    return ids;
  }

  @Override
  public CompletableFuture<Void> write(LanguageModelAnswer answer) {
    writes++;
    if (broken) {
      return CompletableFuture.failedFuture(new IllegalStateException("as the test wants"));
    }
    written.add(answer);
    if (!slow) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> write = new CompletableFuture<>();
    open.add(write);
    return write;
  }

  List<String> ids() {
    return written.stream().map(LanguageModelAnswer::getAnswerId).toList();
  }

  @Override
  public void close() {
    closed = true;
  }
}
