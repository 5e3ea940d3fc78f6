package io.millrace.server.llm.generation;

import io.millrace.server.llm.decoder.Decoder;
import java.util.Arrays;

/**
 * Which tokens each slot of the cache holds, also after their text has ended: a prompt that begins
 * as one of them is computed from where they part. The slots of a decoding step have to follow each
 * other, so texts in progress are kept in the first ones.
 */
final class SlotTexts {
  private final Decoder decoder;
  private final int[][] tokens;
  private final int[] lengths;
  private final long[] used;
  private long uses;

  SlotTexts(Decoder decoder) {
    int slots = decoder.shape().slots();
    this.decoder = decoder;
    this.tokens = new int[slots][decoder.shape().length()];
    this.lengths = new int[slots];
    this.used = new long[slots];
  }

  /** How many tokens a slot holds. */
  int length(int slot) {
    return lengths[slot];
  }

  /** Says that a slot holds a further token. */
  void append(int slot, int... further) {
    System.arraycopy(further, 0, tokens[slot], lengths[slot], further.length);
    lengths[slot] += further.length;
  }

  /**
   * Makes a slot ready for a prompt.
   *
   * @param slot the first one that is not in use; those after it are not either
   * @return how many of the prompt's tokens it holds already; fewer than all, as logits are wanted
   *     after the last one
   */
  int claim(int slot, int[] prompt) {
    int source = slot;
    int shared = 0;
    for (int i = 0; i < lengths.length; i++) {
      int common = common(i, prompt);
      if (common > shared || (common == shared && i == slot)) {
        source = i;
        shared = common;
      }
    }
    if (source != slot || lengths[slot] > shared) {
      keepElsewhere(slot, source);
      if (source != slot) {
        decoder.copy(source, slot, shared);
        System.arraycopy(tokens[source], 0, tokens[slot], 0, shared);
      }
    }
    lengths[slot] = shared;
    used[slot] = ++uses;
    used[source] = uses;
    return shared;
  }

  private int common(int slot, int[] prompt) {
    int most = Math.min(lengths[slot], prompt.length - 1);
    int mismatch = Arrays.mismatch(tokens[slot], 0, most, prompt, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** Copies what the slot holds over what was used longest ago, if that is older. */
  private void keepElsewhere(int slot, int source) {
    int oldest = slot;
    for (int i = slot; i < lengths.length; i++) {
      if (i != source && used[i] < used[oldest]) {
        oldest = i;
      }
    }
    if (oldest != slot && lengths[slot] > 0) {
      decoder.copy(slot, oldest, lengths[slot]);
      System.arraycopy(tokens[slot], 0, tokens[oldest], 0, lengths[slot]);
      lengths[oldest] = lengths[slot];
      used[oldest] = used[slot];
    }
  }

  /** Exchanges two slots. */
  void swap(int one, int other) {
    if (one == other) {
      return;
    }
    decoder.swap(one, other, Math.max(lengths[one], lengths[other]));
    int[] kept = tokens[one];
    tokens[one] = tokens[other];
    tokens[other] = kept;
    int length = lengths[one];
    lengths[one] = lengths[other];
    lengths[other] = length;
    long use = used[one];
    used[one] = used[other];
    used[other] = use;
  }

  /** Forgets everything, after a failure that may have left anything. */
  void clear() {
    Arrays.fill(lengths, 0);
  }
}
