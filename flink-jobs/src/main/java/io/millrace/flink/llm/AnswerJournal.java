package io.millrace.flink.llm;

import io.millrace.schemas.avro.LanguageModelAnswer;
import java.io.Serializable;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The durable journal of answers: what is in it is never asked again. */
public interface AnswerJournal extends AutoCloseable {

  /**
   * Reads which answers there are. Blocks; bounded by the journal's size when it is called.
   *
   * @return their ids
   */
  Set<String> answered();

  /**
   * Writes an answer down.
   *
   * @return completes when all replicas have it; fails when it could not be written. Any thread
   */
  CompletableFuture<Void> write(LanguageModelAnswer answer);

  /** Flushes what was written and frees connections. */
  @Override
  void close();

  /** Makes a journal where it is needed: on a task, after the job was shipped there. */
  @FunctionalInterface
  interface Factory extends Serializable {

    /** Called once per operator instance; the caller closes what it gets. */
    AnswerJournal open();
  }
}
