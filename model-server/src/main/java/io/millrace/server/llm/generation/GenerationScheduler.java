package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.DecoderCall;
import io.millrace.server.llm.sampling.LogProbabilities;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is computed next. Texts that are being generated hold the first slots of the cache
 * and go on together, one token each; the slot after them is for the one task whose prompt is being
 * computed, some tokens at a time. So a long prompt delays the others' tokens by a part of it, and
 * a text joins them as soon as its prompt is there. Used by one thread.
 */
final class GenerationScheduler {
  /** Tokens of a prompt that are computed at a time. */
  static final int PREFILL_TOKENS = 64;

  private final Decoder decoder;
  private final TaskQueue queue;
  private final LongSupplier clock;
  private final GenerationStatistics statistics;
  private final SlotTexts slots;
  private final List<GenerationTask> generating = new ArrayList<>();

  /** The task whose prompt, or whose continuations, are being computed in the slot after them. */
  private @Nullable Task preparing;

  GenerationScheduler(
      Decoder decoder, TaskQueue queue, LongSupplier clock, GenerationStatistics statistics) {
    this.decoder = decoder;
    this.queue = queue;
    this.clock = clock;
    this.statistics = statistics;
    this.slots = new SlotTexts(decoder);
  }

  /** Whether there is nothing to go on with. */
  boolean isIdle() {
    return preparing == null && generating.isEmpty();
  }

  /** Computes a part of a prompt and a token of every text; nothing if there is nothing. */
  void step() {
    try {
      removeDead();
      if (preparing == null && generating.size() < decoder.shape().slots()) {
        begin();
      }
      if (preparing != null) {
        prepare(preparing);
      }
      if (!generating.isEmpty()) {
        generate();
      }
    } catch (InferenceException e) {
      failAll(e);
    } catch (RuntimeException e) {
      failAll(
          new InferenceException(
              InferenceException.Code.INTERNAL, "the language model failed: " + e));
      throw e;
    }
  }

  /** Fails what is in progress. */
  void failAll(InferenceException failure) {
    List<Task> failed = new ArrayList<>(generating);
    if (preparing != null) {
      failed.add(preparing);
    }
    generating.clear();
    preparing = null;
    slots.clear();
    failed.forEach(task -> task.fail(failure));
  }

  private void removeDead() {
    long now = clock.getAsLong();
    for (int slot = generating.size() - 1; slot >= 0; slot--) {
      GenerationTask task = generating.get(slot);
      InferenceException dead = task.dead(now);
      if (dead != null) {
        leave(slot);
        task.fail(dead);
      }
    }
    Task waiting = preparing;
    InferenceException dead = waiting == null ? null : waiting.dead(now);
    if (waiting != null && dead != null) {
      preparing = null;
      waiting.fail(dead);
    }
  }

  private void begin() {
    for (Task next = queue.poll(); next != null; next = queue.poll()) {
      InferenceException dead = next.dead(clock.getAsLong());
      if (dead == null) {
        int reused = slots.claim(generating.size(), next.prompt());
        next.reuse(reused);
        statistics.prompt(next.prompt().length, reused);
        preparing = next;
        return;
      }
      next.fail(dead);
    }
  }

  private void prepare(Task task) {
    int slot = generating.size();
    int start = slots.length(slot);
    int[] prompt = task.prompt();
    if (start < prompt.length) {
      int end = Math.min(prompt.length, start + PREFILL_TOKENS);
      int[] part = Arrays.copyOfRange(prompt, start, end);
      boolean last = end == prompt.length;
      FloatBuffer logits = decoder.run(DecoderCall.prefill(slot, start, part, last, task.soft()));
      slots.append(slot, part);
      if (last) {
        prepared(task, LogProbabilities.row(logits, 0, decoder.shape().vocabulary()));
      }
    } else if (task instanceof ScoreTask score) {
      ScoreTask.Pass pass = score.pass();
      pass.take(decoder.run(pass.call(slot)), decoder.shape().vocabulary());
      endIfComplete(score);
    }
  }

  private void prepared(Task task, float[] logits) {
    if (task instanceof GenerationTask text) {
      preparing = null;
      statistics.generated(1);
      if (text.take(logits, room(generating.size()))) {
        generating.add(text);
      }
    } else if (task instanceof ScoreTask score) {
      score.takePrefix(logits);
      endIfComplete(score);
    }
  }

  private void endIfComplete(ScoreTask score) {
    if (score.isComplete()) {
      preparing = null;
      score.end();
    }
  }

  private int room(int slot) {
    return decoder.shape().length() - slots.length(slot);
  }

  private void generate() {
    int rows = generating.size();
    int[] starts = new int[rows];
    int[] tokens = new int[rows];
    for (int slot = 0; slot < rows; slot++) {
      starts[slot] = slots.length(slot);
      tokens[slot] = generating.get(slot).last();
    }
    FloatBuffer logits = decoder.run(DecoderCall.step(starts, tokens));
    statistics.generated(rows);
    // From the last one, so that a text that ends only moves those that had their token already.
    for (int slot = rows - 1; slot >= 0; slot--) {
      slots.append(slot, tokens[slot]);
      float[] row = LogProbabilities.row(logits, slot, decoder.shape().vocabulary());
      if (!generating.get(slot).take(row, room(slot))) {
        leave(slot);
      }
    }
  }

  /** Closes the gap that a text leaves, and keeps what the slot holds behind the others. */
  private void leave(int slot) {
    int last = generating.size() - 1;
    slots.swap(slot, last);
    generating.set(slot, generating.get(last));
    generating.remove(last);
    if (preparing != null) {
      // What is being prepared has to follow the texts directly.
      slots.swap(last, last + 1);
    }
  }
}
