package io.millrace.server.llm.constraint;

import io.millrace.server.llm.text.TokenBytes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * A vocabulary ordered by its bytes, with how much each token shares with the one before: walking
 * it in order follows every beginning once.
 */
public final class TokenTrie {
  private final TokenBytes vocabulary;
  private final int[] order;
  private final int[] shared;
  private final int longest;

  /** Of a vocabulary; control tokens are left out. */
  public TokenTrie(TokenBytes vocabulary) {
    this.vocabulary = vocabulary;
    List<Integer> tokens = new ArrayList<>();
    int most = 0;
    for (int token = 0; token < vocabulary.size(); token++) {
      if (vocabulary.of(token).length > 0) {
        tokens.add(token);
        most = Math.max(most, vocabulary.of(token).length);
      }
    }
    tokens.sort(Comparator.comparing(vocabulary::of, java.util.Arrays::compareUnsigned));
    this.longest = most;
    this.order = tokens.stream().mapToInt(Integer::intValue).toArray();
    this.shared = new int[order.length];
    for (int i = 1; i < order.length; i++) {
      byte[] one = vocabulary.of(order[i - 1]);
      byte[] other = vocabulary.of(order[i]);
      int same = java.util.Arrays.mismatch(one, other);
      shared[i] = same < 0 ? one.length : same;
    }
  }

  /** The tokens that the text may go on with. */
  BitSet allowed(TextAutomaton automaton, TextAutomaton.State from) {
    BitSet allowed = new BitSet(vocabulary.size());
    // The states along the token, as far as it can be followed.
    TextAutomaton.State[] path = new TextAutomaton.State[longest + 1];
    path[0] = from;
    int followed = 0;
    for (int i = 0; i < order.length; i++) {
      byte[] token = vocabulary.of(order[i]);
      if (shared[i] > followed) {
        continue;
      }
      followed = shared[i];
      while (followed < token.length) {
        TextAutomaton.State next = automaton.after(path[followed], token[followed]);
        if (next == null) {
          break;
        }
        path[++followed] = next;
      }
      if (followed == token.length) {
        allowed.set(order[i]);
      }
    }
    return allowed;
  }
}
