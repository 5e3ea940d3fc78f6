package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers to the journal, again after a pause while that fails. For the task's thread. */
final class JournalWriting {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriting.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** The journal tries each write for minutes itself; more than this is hopeless. */
  private static final int MOST_ATTEMPTS = 5;

  private final AnswerJournal journal;
  private final BiConsumer<Runnable, String> mail;
  private final Deque<Write> unwritten = new ArrayDeque<>();
  private final OncePerPeriod again;

  /** Takes the outcome, in the task's thread. */
  interface Done {
    /** The answer is in the journal, or is lost. */
    void written(boolean lost);
  }

  private static final class Write {
    private final LanguageModelAnswer answer;
    private final Done done;
    private int attempts;

    Write(LanguageModelAnswer answer, Done done) {
      this.answer = answer;
      this.done = done;
    }
  }

  /**
   * @param mail has something done in the task's thread
   */
  JournalWriting(
      AnswerJournal journal, ProcessingTimeService time, BiConsumer<Runnable, String> mail) {
    this.journal = journal;
    this.mail = mail;
    this.again = new OncePerPeriod(time, AGAIN, this::writeAgain);
  }

  void write(LanguageModelAnswer answer, Done done) {
    write(new Write(answer, done));
  }

  private void write(Write write) {
    write.attempts++;
    CompletableFuture<Void> written;
    try {
      written = journal.write(write.answer);
    } catch (RuntimeException e) {
      written = CompletableFuture.failedFuture(e);
    }
    var unused =
        written.whenComplete(
            (nothing, failure) -> mail.accept(() -> written(write, failure), "a write"));
  }

  private void written(Write write, @Nullable Throwable failure) {
    if (failure == null) {
      write.done.written(false);
    } else if (write.attempts < MOST_ATTEMPTS) {
      LOG.warn("An answer is not in the journal yet, attempt {}", write.attempts, failure);
      unwritten.add(write);
      again.arm();
    } else {
      LOG.error("An answer is lost: the journal cannot be written", failure);
      write.done.written(true);
    }
  }

  private void writeAgain() {
    for (int i = unwritten.size(); i > 0; i--) {
      write(unwritten.remove());
    }
  }
}
