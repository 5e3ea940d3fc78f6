package io.millrace.server.llm.decoder;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One computation: either one token for each of several slots that follow each other, or several
 * tokens for one slot.
 *
 * @param firstSlot the first of the slots
 * @param starts for each slot, how many tokens its cache holds already; what follows is written
 *     after them
 * @param tokens of all slots, the same number for each; those below zero are the soft prompt's
 * @param positions for each token, its place in its text
 * @param hidden what each token may not look at, or null if that is nothing but what follows it
 * @param wanted tokens after which logits are wanted, as indices into {@code tokens}
 * @param soft vectors of the tokens below zero; null if there are none
 */
@SuppressWarnings("ArrayRecordComponent")
public record DecoderCall(
    int firstSlot,
    int[] starts,
    int[] tokens,
    int[] positions,
    @Nullable Mask hidden,
    int[] wanted,
    @Nullable SoftPrompt soft) {

  /** Hides tokens from each other. */
  @FunctionalInterface
  public interface Mask {
    /**
     * Writes what is added to attention: zero where a token may look, a large negative number where
     * not. Looking ahead needs no hiding.
     *
     * @param into {@code [tokens, start + tokens]}, all zeros
     */
    void write(FloatBuffer into);
  }

  /** One token for each slot from the first on, with logits after each. */
  public static DecoderCall step(int[] starts, int[] tokens) {
    return new DecoderCall(
        0, starts, tokens, starts, null, IntStream.range(0, starts.length).toArray(), null);
  }

  /**
   * Further tokens of one slot's text.
   *
   * @param logits whether those after the last one are wanted
   * @param soft vectors of the tokens below zero; null if there are none
   */
  public static DecoderCall prefill(
      int slot, int start, int[] tokens, boolean logits, @Nullable SoftPrompt soft) {
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> start + i);
    int[] wanted = logits ? new int[] {tokens.length - 1} : new int[0];
    return new DecoderCall(slot, new int[] {start}, tokens, positions, null, wanted, soft);
  }

  /** How many slots. */
  public int rows() {
    return starts.length;
  }

  /** How many tokens for each slot. */
  public int tokensPerRow() {
    return tokens.length / starts.length;
  }

  /** The largest number of tokens that a slot's cache holds afterwards. */
  public int longest() {
    int longest = 0;
    for (int start : starts) {
      longest = Math.max(longest, start + tokensPerRow());
    }
    return longest;
  }
}
