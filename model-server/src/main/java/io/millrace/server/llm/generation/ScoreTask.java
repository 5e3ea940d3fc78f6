package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.decoder.DecoderCall;
import io.millrace.server.llm.decoder.SoftPrompt;
import io.millrace.server.llm.sampling.LogProbabilities;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How likely some continuations are after one prefix.
 *
 * <p>The prefix is computed once. Continuations are packed into one row after it: each begins at
 * the position after the prefix and does not see the others. A continuation's last token is not
 * computed, as nothing is asked after it.
 */
final class ScoreTask extends Task {
  /** Tokens of one pass; more would keep others waiting longer. */
  static final int PASS_TOKENS = 64;

  private static final float HIDDEN = -1e9f;

  private final @Nullable SoftPrompt soft;
  private final List<int[]> continuations;
  private final ScoreListener listener;
  private final List<double[]> scores = new ArrayList<>();

  /** The next continuation to compute. */
  private int next;

  ScoreTask(
      int[] prefix,
      @Nullable SoftPrompt soft,
      List<int[]> continuations,
      ScoreListener listener,
      long deadline) {
    super(soft == null ? prefix : soft.before(prefix), deadline);
    this.soft = soft;
    this.continuations = continuations;
    this.listener = listener;
  }

  @Override
  @Nullable SoftPrompt soft() {
    return soft;
  }

  /** Takes the logits after the prefix, which the first token of each continuation is scored by. */
  void takePrefix(float[] logits) {
    double normaliser = LogProbabilities.normaliser(logits);
    for (int[] continuation : continuations) {
      double[] found = new double[continuation.length];
      found[0] = logits[continuation[0]] - normaliser;
      scores.add(found);
    }
    skipSingleTokens();
  }

  private void skipSingleTokens() {
    while (next < continuations.size() && continuations.get(next).length == 1) {
      next++;
    }
  }

  boolean isComplete() {
    return next == continuations.size();
  }

  /** The next pass: as many continuations as fit, at least one. */
  Pass pass() {
    List<Integer> packed = new ArrayList<>();
    int tokens = 0;
    for (int i = next; i < continuations.size(); i++) {
      int further = continuations.get(i).length - 1;
      if (!packed.isEmpty() && tokens + further > PASS_TOKENS) {
        break;
      }
      if (further > 0) {
        packed.add(i);
        tokens += further;
      }
    }
    return new Pass(packed, tokens);
  }

  /** Tells the listener; called once, when complete. */
  void end() {
    int tokens = continuations.stream().mapToInt(continuation -> continuation.length).sum();
    listener.onScores(scores, new TokenUsage(prompt().length, reused(), tokens));
  }

  @Override
  boolean isCancelled() {
    return listener.isCancelled();
  }

  @Override
  void fail(InferenceException failure) {
    listener.onFailure(failure);
  }

  /** Some continuations in one row. */
  final class Pass {
    private final List<Integer> packed;
    private final int[] tokens;
    private final int[] positions;
    private final int[] wanted;

    private Pass(List<Integer> packed, int size) {
      this.packed = packed;
      this.tokens = new int[size];
      this.positions = new int[size];
      this.wanted = new int[size];
      int at = 0;
      for (int index : packed) {
        int[] continuation = continuations.get(index);
        for (int i = 0; i < continuation.length - 1; i++) {
          tokens[at] = continuation[i];
          positions[at] = prompt().length + i;
          wanted[at] = at;
          at++;
        }
      }
    }

    DecoderCall call(int slot) {
      int[] start = {prompt().length};
      return new DecoderCall(slot, start, tokens, positions, this::hide, wanted, null);
    }

    /** A continuation must not see those packed before it. */
    private void hide(FloatBuffer bias) {
      int width = prompt().length + tokens.length;
      int begin = 0;
      for (int index : packed) {
        int end = begin + continuations.get(index).length - 1;
        for (int row = begin; row < end; row++) {
          for (int column = 0; column < begin; column++) {
            bias.put(row * width + prompt().length + column, HIDDEN);
          }
        }
        begin = end;
      }
    }

    void take(FloatBuffer logits, int vocabulary) {
      int row = 0;
      for (int index : packed) {
        int[] continuation = continuations.get(index);
        for (int i = 1; i < continuation.length; i++) {
          float[] after = LogProbabilities.row(logits, row++, vocabulary);
          scores.get(index)[i] = after[continuation[i]] - LogProbabilities.normaliser(after);
        }
        next = index + 1;
      }
      skipSingleTokens();
    }
  }
}
