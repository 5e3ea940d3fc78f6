package io.millrace.flink.functions;

import io.millrace.flink.llm.AnswerJournal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the journal and reads what it has in a thread of its own, again after a pause while that
 * fails: neither the task nor a barrier waits for it.
 */
final class JournalReading implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReading.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final AnswerJournal.Factory factory;
  private final ExecutorService background;
  private final MailboxExecutor mailbox;
  private final BiConsumer<AnswerJournal, Set<String>> ready;
  private final OncePerPeriod again;
  private @Nullable AnswerJournal journal;
  private volatile boolean closed;

  /**
   * @param background for one task at a time; shut down when this is closed
   * @param ready takes the journal and the ids in it, in the task's thread
   */
  JournalReading(
      AnswerJournal.Factory factory,
      ExecutorService background,
      MailboxExecutor mailbox,
      ProcessingTimeService time,
      BiConsumer<AnswerJournal, Set<String>> ready) {
    this.factory = factory;
    this.background = background;
    this.mailbox = mailbox;
    this.ready = ready;
    this.again = new OncePerPeriod(time, PAUSE, this::start);
  }

  void start() {
    background.execute(this::read);
  }

  private void read() {
    try {
      AnswerJournal opened = open();
      if (opened != null) {
        Set<String> ids = opened.answered();
        mail(() -> ready.accept(opened, ids), "the journal of answers is read");
      }
    } catch (RuntimeException e) {
      if (closed) {
        LOG.debug("reading the journal of answers was given up", e);
        return;
      }
      LOG.warn(
          "The journal of answers cannot be read; questions wait, next attempt in {} s",
          PAUSE.toSeconds(),
          e);
      mail(again::arm, "the journal of answers cannot be read");
    }
  }

  /** The journal, opened once; null when closed meanwhile. */
  private synchronized @Nullable AnswerJournal open() {
    if (journal == null && !closed) {
      journal = factory.open();
    }
    return closed ? null : journal;
  }

  private void mail(Runnable action, String what) {
    try {
      mailbox.execute(action::run, what);
    } catch (RejectedExecutionException closing) {
      LOG.debug("task closed meanwhile: {}", what);
    }
  }

  @Override
  public void close() {
    closed = true;
    background.shutdownNow();
    AnswerJournal opened;
    synchronized (this) {
      opened = journal;
    }
    if (opened != null) {
      opened.close();
    }
  }
}
