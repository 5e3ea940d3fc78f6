package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.DecoderCall;
import io.millrace.server.llm.decoder.DecoderShape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Its next token is the sum of the tokens that the slot holds, so that it is right only if every
 * token is where it belongs.
 */
final class FakeDecoder implements Decoder {
  static final int VOCABULARY = 100;
  static final float LIKELY = 10;

  private final int[][] cache;
  private final List<DecoderCall> calls = new ArrayList<>();
  private @Nullable RuntimeException failure;

  FakeDecoder(int slots, int length) {
    this.cache = new int[slots][length];
  }

  static int next(int... text) {
    int sum = 7;
    for (int token : text) {
      sum = (sum * 3 + token) % (VOCABULARY - 10);
    }
    return 10 + sum;
  }

  List<DecoderCall> calls() {
    return calls;
  }

  void failOnce(RuntimeException failure) {
    this.failure = failure;
  }

  @Override
  public DecoderShape shape() {
    return new DecoderShape(1, 1, 1, 1, VOCABULARY, cache.length, cache[0].length);
  }

  @Override
  public FloatBuffer run(DecoderCall call) {
    if (failure != null) {
      RuntimeException thrown = failure;
      failure = null;
      throw thrown;
    }
    calls.add(call);
    int width = call.tokensPerRow();
    for (int row = 0; row < call.rows(); row++) {
      System.arraycopy(
          call.tokens(), row * width, cache[call.firstSlot() + row], call.starts()[row], width);
    }
    FloatBuffer logits = FloatBuffer.allocate(call.wanted().length * VOCABULARY);
    for (int i = 0; i < call.wanted().length; i++) {
      logits.put(i * VOCABULARY + next(seen(call, call.wanted()[i])), LIKELY);
    }
    return logits;
  }

  /** What a token may look at: what was there, and those of the call that are not hidden. */
  private int[] seen(DecoderCall call, int index) {
    int width = call.tokensPerRow();
    int row = index / width;
    int start = call.starts()[row];
    FloatBuffer bias = FloatBuffer.allocate(width * (start + width));
    if (call.hidden() != null) {
      call.hidden().write(bias);
    }
    List<Integer> seen = new ArrayList<>();
    for (int column = 0; column <= start + index % width; column++) {
      if (bias.get(index % width * (start + width) + column) == 0) {
        seen.add(cache[call.firstSlot() + row][column]);
      }
    }
    return seen.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void copy(int from, int to, int tokens) {
    System.arraycopy(cache[from], 0, cache[to], 0, tokens);
  }

  @Override
  public void swap(int one, int other, int tokens) {
    int[] kept = cache[one].clone();
    System.arraycopy(cache[other], 0, cache[one], 0, tokens);
    System.arraycopy(kept, 0, cache[other], 0, tokens);
  }

  @Override
  public void close() {}

  static InferenceException broken() {
    return new InferenceException(InferenceException.Code.INTERNAL, "broken");
  }
}
